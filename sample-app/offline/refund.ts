import { messageText, type ModelRequest } from 'nestjs-nestor';
import { referencesIn } from './extraction.js';
import { type Language, languageOf } from './language.js';
import { phrases } from './phrases.js';
import type { PromptSections } from './prompt-sections.js';
import { ticketIn } from './ticket-text.js';

/** What the rules do next: call a tool, or answer. */
export type RefundMove =
  | { readonly call: string; readonly with: Readonly<Record<string, unknown>> }
  | { readonly answer: Readonly<Record<string, unknown>> };

interface Order {
  readonly number: string;
  readonly priceEur: number;
  readonly returnedAt: string | null;
  readonly refundedEur: number;
}

/** The next move of somebody who solves a ticket about money, by what the tools have given so far. */
export function nextRefundMove(request: ModelRequest, sections: PromptSections): RefundMove {
  const { subject, body, customer } = ticketIn(sections);
  const language = languageOf(`${subject} ${body}`);
  const [number] = referencesIn(`${subject} ${body}`).filter((one) => /^MB-\d{4,}$/.test(one));
  const answer = (decision: string, amountEur: number, what: Sentence): RefundMove => {
    const { greeting, closing } = phrases[language];
    const reply = `${greeting(customer)}\n\n${sentences[language][what](amountEur)}\n\n${closing}`;
    return { answer: { decision, amountEur, reply } };
  };
  const given = resultsOf(request);
  if (number === undefined || given.findOrder?.failed) return answer('unclear', 0, 'whichOrder');
  if (!given.findOrder) return { call: 'findOrder', with: { number } };
  if (!given.findRules) return { call: 'findRules', with: { words: 'refund return' } };
  // What the tool gives, as the application declares it.
  const order = JSON.parse(given.findOrder.text) as Order;
  const amountEur = order.priceEur - order.refundedEur;
  if (amountEur === 0) return answer('refunded', order.refundedEur, 'paid');
  if (order.returnedAt === null) return answer('refused', 0, 'sendItBack');
  if (given.payBack)
    return given.payBack.failed ? answer('refused', 0, 'notNow') : answer('refunded', amountEur, 'paid');
  return {
    call: 'payBack',
    with: { number, amountEur, reason: `The device came back on ${order.returnedAt}.` },
  };
}

interface Given {
  readonly text: string;
  readonly failed: boolean;
}

/** The last result of each tool. */
function resultsOf({ messages }: ModelRequest): Readonly<Record<string, Given | undefined>> {
  return Object.fromEntries(
    messages.flatMap((message) =>
      message.role === 'tool'
        ? [[message.name, { text: messageText(message.content), failed: message.isError === true }]]
        : [],
    ),
  );
}

type Sentence = 'paid' | 'sendItBack' | 'notNow' | 'whichOrder';

const sentences: Readonly<Record<Language, Readonly<Record<Sentence, (amountEur: number) => string>>>> = {
  en: {
    paid: (amount) => `your money is on its way: ${euros(amount)} went back to the way you paid.`,
    sendItBack: () =>
      'we pay the price back once the device has reached our warehouse. Please send it back with our label.',
    notNow: () => 'a colleague has looked at your refund and could not approve it yet; you hear from us.',
    whichOrder: () => 'which order is it about? Please send us its number, which begins with MB-.',
  },
  de: {
    paid: (amount) =>
      `Ihr Geld ist unterwegs: ${euros(amount)} gehen auf dem Weg zurück, auf dem Sie bezahlt haben.`,
    sendItBack: () =>
      'wir erstatten den Preis, sobald das Gerät in unserem Lager ist. Bitte schicken Sie es mit unserem Etikett zurück.',
    notNow: () => 'eine Kollegin hat Ihre Erstattung geprüft und noch nicht freigegeben; wir melden uns.',
    whichOrder: () => 'um welche Bestellung geht es? Bitte schicken Sie uns die Nummer, sie beginnt mit MB-.',
  },
  es: {
    paid: (amount) => `su dinero está en camino: ${euros(amount)} vuelven al medio con el que pagó.`,
    sendItBack: () =>
      'devolvemos el precio cuando el aparato llega a nuestro almacén. Envíelo con nuestra etiqueta, por favor.',
    notNow: () => 'un compañero ha revisado su reembolso y todavía no puede aprobarlo; le escribiremos.',
    whichOrder: () => '¿de qué pedido se trata? Envíenos el número, que empieza por MB-.',
  },
  fr: {
    paid: (amount) => `votre argent est en route : ${euros(amount)} reviennent sur votre moyen de paiement.`,
    sendItBack: () =>
      "nous remboursons le prix dès que l'appareil est dans notre entrepôt. Renvoyez-le avec notre étiquette, s'il vous plaît.",
    notNow: () =>
      "un collègue a examiné votre remboursement et ne peut pas encore l'accorder ; nous vous écrirons.",
    whichOrder: () => 'de quelle commande s’agit-il ? Envoyez-nous son numéro, qui commence par MB-.',
  },
};

function euros(amount: number): string {
  return `${amount.toFixed(2)} EUR`;
}
