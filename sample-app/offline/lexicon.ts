/** One idea that tickets speak of: how it sounds in four languages, what it hints at, and how articles call it. */
export interface Concept {
  readonly topic: string;
  readonly weight: number;
  /** On text without accents, in lower case. */
  readonly pattern: RegExp;
  /** What to look for in the knowledge base; absent where the word says nothing there. */
  readonly term?: string;
}

const concept = (topic: string, weight: number, pattern: RegExp, term?: string): Concept => ({
  topic,
  weight,
  pattern,
  ...(term === undefined ? {} : { term }),
});

export const lexicon: readonly Concept[] = [
  concept('account', 3, /pass(?:word|wort)|contrasena|mot de passe/, 'password'),
  concept(
    'account',
    3,
    /log(?:ged)? ?in\b|sign(?:ed)? ?in\b|anmeld|einlogg|iniciar sesion|me connecter/,
    'sign in',
  ),
  concept('account', 2, /locked|gesperrt|bloquead|bloque\b/, 'locked'),
  concept('account', 2, /reset/, 'reset'),
  concept('account', 3, /two-factor|2fa|authenticator|six-digit|sechsstellig/, 'two-factor'),
  concept('account', 2, /recovery code|wiederherstellungscode|codigo de recuperacion/, 'recovery code'),
  concept(
    'account',
    2,
    /(?:new|neues|nuevo|nouveau|lost|verlor\w*).{0,20}(?:phone|handy|telefono|telephone)/,
    'phone',
  ),
  concept('account', 4, /phishing|really from you|fake (?:e-?mail|page)|faux message/, 'phishing'),
  concept('account', 2, /clicked the link|typed in my password/, 'clicked link'),
  concept('account', 1, /\baccount\b|\bkonto\b|\bcuenta\b|\bcompte\b/, 'account'),
  concept('account', 2, /change (?:my|the) (?:e-?mail|name)|merge/, 'change'),

  concept('billing', 3, /invoice|rechnung|factura\b|facture\b|billing contact/, 'invoice'),
  concept('billing', 3, /\bvat\b|umsatzsteuer|ust-?id|reverse charge|\biva\b|\btva\b/, 'VAT number'),
  concept(
    'billing',
    3,
    /charged twice|two payments|doppelt abgebucht|cobrado dos veces|debite deux fois/,
    'charged twice',
  ),
  concept('billing', 2, /bank statement|kontoauszug/, 'bank statement'),
  concept(
    'billing',
    3,
    /card (?:was )?declined|payment.{0,20}failed|zahlung.{0,20}fehlgeschlagen|pago rechazado/,
    'card declined',
  ),
  concept(
    'billing',
    2,
    /subscription|\b(?:my|our|monthly|annual|business|free) plan\b|abonnement|suscripcion|\babo\b/,
    'subscription',
  ),
  concept('billing', 2, /cancel|kundig|cancelar|resilier/, 'cancel'),
  concept('billing', 2, /\bpause\b|pausier/, 'pause'),
  concept('billing', 1, /\bcharged?\b|\bpayment\b|zahlung|\bpago\b|paiement/, 'payment'),
  concept('billing', 2, /firmenname|company name/, 'company name'),
  concept('billing', 1, /buchhaltung|bookkeeping|accounting/),

  concept('refund', 4, /refund|ruckerstattung|reembolso|rembours|money back|geld zuruck/, 'refund'),
  concept(
    'refund',
    3,
    /\breturn(?:ed)?\b.{0,30}\b(?:sensor|device|item|it)\b|sent the .{0,20}back|renvoye|zuruckgeschickt|devuelt/,
    'return device',
  ),
  concept('refund', 1, /warehouse|entrepot|lager\b|almacen/, 'warehouse'),

  concept('shipping', 3, /deliver|liefer|entreg|livraison|livre\b/, 'delivery'),
  concept('shipping', 3, /parcel|paket|paquete|colis|shipment|shipped/, 'parcel'),
  concept('shipping', 2, /tracking|sendungsverfolgung|seguimiento|suivi/, 'tracking'),
  concept(
    'shipping',
    3,
    /no movement|stands? still|bewegt sich nicht|sin movimiento|ne bouge plus/,
    'no movement',
  ),
  concept('shipping', 2, /carrier|transportista|transporteur|spedition/, 'carrier'),
  concept(
    'shipping',
    3,
    /no ha llegado|not arrived|nicht angekommen|pas arrive|where is (?:my|our) order/,
    'not delivered',
  ),
  concept('shipping', 2, /box was|crushed|\bcrack|damaged|beschadigt|danad|endommage/, 'damaged'),
  concept('shipping', 2, /delivery address|lieferadresse/, 'change the address'),
  concept('shipping', 2, /neighbour|vecinos|nachbar|voisin/, 'peers'),
  concept('shipping', 2, /replacement|ersatz\b/, 'replacement'),

  concept('outage', 4, /\b50[0-4]\b|service unavailable|bad gateway/, 'error'),
  concept('outage', 4, /outage|is down\b|ausfall|caida del servicio|\bpanne\b/, 'outage'),
  concept(
    'outage',
    3,
    /no funciona en ninguna|all (?:our |\d+ )?sites|alle standorte|tous nos sites/,
    'dashboard',
  ),
  concept('outage', 2, /status page|statusseite|pagina de estado/, 'status page'),
  concept('outage', 2, /mediciones|alarmas|messwerte gehen|readings.{0,15}lost/, 'readings during an outage'),
  concept('outage', 1, /times? out|timeout|unreachable|nicht erreichbar/),

  concept('device', 2, /\boffline\b|fuera de linea|hors ligne/, 'offline'),
  concept('device', 2, /firmware/, 'firmware update'),
  concept('device', 1, /\bsensor|capteur|\bfuhler/, 'sensor'),
  concept('device', 1, /gateway/, 'gateway'),
  concept('device', 2, /batter|\bakku|bateria|pile\b/, 'batteries'),
  concept('device', 3, /moisture|feuchtigkeit|humedad|humidite/, 'moisture probe'),
  concept('device', 3, /calibrat|kalibrier|calibrar/, 'calibrate'),
  concept('device', 3, /webhook/, 'webhook'),
  concept('device', 3, /\b429\b|\bapi\b.{0,40}\b(?:key|limit|request|429)|one request per/, 'requests limit'),
  concept('device', 2, /pair(?:ed|ing)?\b|koppel/, 'pair'),
  concept('device', 2, /water inside|wasser im/, 'water'),

  concept('privacy', 4, /gdpr|dsgvo|rgpd|article (?:15|17)\b|artikel (?:15|17)\b/, 'GDPR'),
  concept(
    'privacy',
    3,
    /delet\w+.{0,30}(?:data|account)|losch\w+.{0,30}(?:daten|konto)|eliminar.{0,20}datos|supprim\w+.{0,25}donnees/,
    'delete',
  ),
  concept(
    'privacy',
    3,
    /personal data|personenbezogen|datos personales|donnees personnelles/,
    'personal data',
  ),
  concept(
    'privacy',
    2,
    /donnees.{0,40}detenez|acces a mes donnees|information request|data you hold/,
    'information request',
  ),
  concept('privacy', 2, /\bexport/, 'export'),
  concept('privacy', 2, /processing agreement|auftragsverarbeitung/, 'processing agreement'),

  concept('legal', 5, /attorney|lawyer|anwalt|abogado|avocat|we act for|our client\b/, 'lawyer'),
  concept('legal', 4, /legal action|lawsuit|\bcourt\b|klage\b|tribunal|demanda judicial/, 'court'),
  concept('legal', 3, /liability|damages\b|schadensersatz|danos y perjuicios/, 'claim damages'),
  concept(
    'legal',
    6,
    /smells? burnt|\bsmoke\b|caught fire|a fire\b|injur|verbrannt|quemad|\bsafety\b/,
    'safety',
  ),
  concept('legal', 2, /so hot|very hot|zu heiss|overheat/, 'hot'),

  concept('spam', 5, /backlink|\bseo\b|page 1 of google|real visitors/),
  concept('spam', 5, /lottery|you have won|claim your prize|beneficiary|inheritance/),
  concept('spam', 4, /gift card|crypto|bitcoin|processing fee/),
  concept('spam', 3, /click here|special promotion|guaranteed!|free audit|only this week|act now/),
  concept('spam', 2, /unsubscribe|reply stop|our offers/),
];
