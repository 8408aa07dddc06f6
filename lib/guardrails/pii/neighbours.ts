/** How far before a number its meaning is looked for. */
export const reach = 48;
/** How far behind it. */
const ahead = 24;

/** Whether the words shortly before a place match; what a number is, its neighbours tell. */
export function isPrecededBy(text: string, start: number, words: RegExp): boolean {
  return words.test(text.slice(Math.max(0, start - reach), start));
}

export function isFollowedBy(text: string, end: number, words: RegExp): boolean {
  return words.test(text.slice(end, end + ahead));
}

/** Ends with a word for what is not a personal number: `order number: `, `ticket #`, `orderId: `. */
const reference =
  /(?:(?:(?:order|invoice|ticket|case|tracking|shipment|parcel|sku|serial|transaction|reference|ref|build|commit|request|session|trace|span|batch|job|item|product|article|asset|device|part|model|version|revision|isbn|issn|doi|ean|gtin|upc|imei|timestamp|ts|checksum|hash|port|pid|bestell\p{L}*|rechnung\p{L}*|auftrag\p{L}*|vorgang\p{L}*|sendung\p{L}*|kunden\p{L}*|artikel\p{L}*|pedido|factura|commande|facture|ordine|fattura|bestelling|factuur)(?:[\s_-]*(?:id|no|nr|n[°º]|num|number|nummer|nummern|code|key))?)|\bids?|\buuid|\bguid)[\s.:=#"'()-]*$/iu;

/** Whether a number is behind a word like "order number". */
export function isReference(text: string, start: number): boolean {
  return isPrecededBy(text, start, reference);
}
