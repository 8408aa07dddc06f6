import type { Language } from './language.js';

interface Phrases {
  readonly greeting: (name: string) => string;
  readonly thanks: (subject: string) => string;
  readonly quoted: string;
  readonly nothingFound: string;
  readonly emptyTicket: string;
  readonly caseOpened: (number: string) => string;
  readonly apology: string;
  readonly closing: string;
}

/** What is around the quoted passages. The articles are in English, and the model says so instead of translating badly. */
export const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    greeting: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
    thanks: (subject) =>
      subject === '' ? 'thank you for your message.' : `thank you for your message about "${subject}".`,
    quoted: 'This is what helps in your situation:',
    nothingFound: 'I could not find an answer in our help pages, so a colleague will look at your question.',
    emptyTicket: 'your message reached us without any text. Could you tell us what it is about?',
    caseOpened: (number) =>
      `We have opened case ${number} for you; please name this number if you write again.`,
    apology: 'I am sorry for the trouble and for the time that this has cost you.',
    closing: 'Kind regards\nMossbell Support',
  },
  de: {
    greeting: (name) => (name === '' ? 'Guten Tag,' : `Guten Tag ${name},`),
    thanks: (subject) => `vielen Dank für Ihre Nachricht${subject === '' ? '' : ` zu „${subject}“`}.`,
    quoted: 'Dies hilft in Ihrem Fall weiter (unsere Hilfeseiten gibt es bisher nur auf Englisch):',
    nothingFound:
      'Dazu habe ich auf unseren Hilfeseiten nichts gefunden; eine Kollegin oder ein Kollege sieht es sich an.',
    emptyTicket: 'Ihre Nachricht kam ohne Text bei uns an. Worum geht es?',
    caseOpened: (number) =>
      `Wir haben für Sie den Fall ${number} angelegt; bitte nennen Sie diese Nummer, wenn Sie wieder schreiben.`,
    apology: 'Es tut mir leid, dass Sie diese Schwierigkeiten haben.',
    closing: 'Mit freundlichen Grüßen\nMossbell Support',
  },
  es: {
    greeting: (name) => (name === '' ? 'Buenos días:' : `Hola, ${name}:`),
    thanks: (subject) => `gracias por su mensaje${subject === '' ? '' : ` sobre «${subject}»`}.`,
    quoted: 'Esto es lo que ayuda en su caso (por ahora, nuestras páginas de ayuda solo están en inglés):',
    nothingFound:
      'No he encontrado una respuesta en nuestras páginas de ayuda; un compañero se ocupará de su pregunta.',
    emptyTicket: 'su mensaje nos ha llegado sin texto. ¿De qué se trata?',
    caseOpened: (number) =>
      `Hemos abierto el caso ${number}; por favor, indique este número si vuelve a escribirnos.`,
    apology: 'Lamento mucho las molestias.',
    closing: 'Un cordial saludo\nMossbell Support',
  },
  fr: {
    greeting: (name) => (name === '' ? 'Bonjour,' : `Bonjour ${name},`),
    thanks: (subject) => `merci pour votre message${subject === '' ? '' : ` au sujet de « ${subject} »`}.`,
    quoted: "Voici ce qui vous aide (nos pages d'aide n'existent pour l'instant qu'en anglais) :",
    nothingFound:
      "Je n'ai pas trouvé de réponse dans nos pages d'aide ; un collègue va examiner votre question.",
    emptyTicket: 'votre message nous est parvenu sans texte. De quoi s’agit-il ?',
    caseOpened: (number) =>
      `Nous avons ouvert le dossier ${number} ; merci de rappeler ce numéro si vous nous réécrivez.`,
    apology: 'Je suis désolé pour les désagréments.',
    closing: 'Cordialement\nMossbell Support',
  },
};
