type Parse = (text: string) => unknown;

/** A time as PostgreSQL writes it with `DateStyle` ISO, its default. */
const time =
  /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?$/;

function dateOf(text: string): Date {
  const parts = time.exec(text);
  if (!parts) {
    throw new Error(
      `The database gave the time '${text}', which is not in ISO form: Nestor needs DateStyle 'ISO' (PostgreSQL's default) on its connections.`,
    );
  }
  const [, year, month, day, hour, minute, second, fraction = '', sign, ...zone] = parts;
  const [hours, minutes, seconds] = zone.map((part) => Number(part ?? 0));
  const offset =
    ((hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * (sign === '-' ? -1_000 : 1_000);
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return new Date(local + Number(fraction.slice(0, 3).padEnd(3, '0')) - offset);
}

/** Both forms of `bytea_output`. */
function bytesOf(text: string): Buffer {
  if (text.startsWith('\\x')) return Buffer.from(text.slice(2), 'hex');
  const plain = text.replace(/\\(\\|[0-7]{3})/g, (_, code: string) =>
    code === '\\' ? '\\' : String.fromCharCode(Number.parseInt(code, 8)),
  );
  return Buffer.from(plain, 'latin1');
}

/** By the number that PostgreSQL has for the type (`pg_type.oid`). What is not listed stays text. */
const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [16, (text) => text === 't'], // boolean
  [17, bytesOf], // bytea
  [20, Number], // bigint: counts, all of them small
  [21, Number], // smallint
  [23, Number], // integer
  [114, (text) => JSON.parse(text) as unknown], // json
  [700, Number], // real
  [701, Number], // double precision
  [1184, dateOf], // timestamp with time zone
  [3802, (text) => JSON.parse(text) as unknown], // jsonb
]);

/**
 * How the driver reads values in statements of Nestor. Its own parsers hold for the whole process and belong to the host,
 * who may want timestamps as text, or large numbers as `BigInt`.
 */
export const valueParsers = {
  getTypeParser: (type: number): Parse => parsers.get(type) ?? String,
};

export type ValueParsers = typeof valueParsers;
