const nouns = String.raw`(?:tele)?phone|telephon\p{L}*|telefon\p{L}*|teléfono|telèfon|téléphone|telemóvel|\btel\b|\btél\b|\btfno?\b|\btlf\b|\btlfn?\b|mobile?|móvil|mobiel|mobilny|mobiltelefon|mobilnummer|matkapuhelin|puhelin|\bcell|cellulare|celular|\bfax|telefax|whatsapp|signal number|\bsms\b|handy\p{L}*|rufnummer|durchwahl|festnetz|gsm|komórk\p{L}*|fono|numéro de portable|portable|τηλ|тел(?:ефон)?|моб|電話|电话|携帯|手机|전화|휴대폰|\bph\b|\bmob\b|hotline|landline|voicemail|\bcel\b|打|gọi|ll[aá]ma(?:me|nos)|chiamami|appelez(?:-(?:moi|nous))?|\b(?:call|ring|text|reach) (?:me|us|him|her|them)\b`;

/** Whether such a word stands just before, with nothing but what leads to the number: `Tel. (private): `, `my phone number is `. */
export const phoneBefore = new RegExp(
  String.raw`(?:${nouns})\p{L}{0,6}[\s.:=#"'([-]*(?:(?:number|no|nr|n[°º]|num|numéro|nummer|número|numero|numer|value|is|est|ist|es|at|on|me|us|it|under|unter|au|al|er|är|jest|home|office|work|private|privat|priv|direct|line|or|oder|ou|and|und|et|international|intl|main)\b[\s.:=#"')(\]-]*){0,4}[\s.:=#"')(\],+/-]*$`,
  'iu',
);

/** Words for calling and being called, anywhere shortly before. */
export const phoneNear = new RegExp(
  String.raw`(?:${nouns}|\bcall|\bring\b|\bdial|\breach|\btext (?:me|us|him|her|them)|contact|anruf|ruf|erreich|appel|joindre|joignable|llam|contact|marque|ligue|chiam|bel(?:len)?\b|ring(?:a|en)?\b|zadzwo|dzwon|звон|soita)`,
  'iu',
);

/** `030 1234567 (mobile)`, `… Tel.` */
export const phoneAfter =
  /^\s?(?:t[ée]l\b|phone\b|mobile\b|telefon|[([]\s?(?:tel|phone|mobile?|cell|home|office|work|direct|fax|handy|whatsapp|voice|m|h|w|c|o|p)\b)/iu;
