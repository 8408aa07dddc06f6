/** Base64 as its decoder writes it again, without white space. Undefined for what is not base64, and for no bytes at all. */
export function canonicalBase64(text: string): string | undefined {
  const plain = /\s/.test(text) ? text.replaceAll(/\s+/g, '') : text;
  const written = Buffer.from(plain, 'base64').toString('base64');
  return written !== '' && unpadded(written) === unpadded(plain) ? written : undefined;
}

/** How many bytes canonical base64 stands for. */
export function bytesOfBase64(data: string): number {
  return Buffer.byteLength(data, 'base64');
}

function unpadded(text: string): string {
  return text.replace(/={1,2}$/, '');
}
