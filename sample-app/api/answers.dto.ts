/** What `POST /tickets` answers: the work continues in the background. */
export class AcceptedTicket {
  id!: string;
  runId!: string;
  /** Where to look on. */
  links!: { readonly ticket: string; readonly run: string; readonly events: string };
}

/** The state of a run. */
export class RunView {
  id!: string;
  workflow!: string;
  status!: string;
  startedBy!: string | null;
  createdAt!: Date;
  finishedAt!: Date | null;
  /** Tokens and US dollars so far. */
  usage!: {
    readonly calls: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly usd: number;
  };
  /** Each attempt of each step, in the order of the journal. */
  steps!: StepView[];
}

export class StepView {
  step!: string;
  status!: string;
  attempt!: number | null;
  /** Milliseconds; null where no code ran. */
  duration!: number | null;
  /** What or who decided: `code:…`, `model:…`, `person:…`. */
  by!: string;
}

/** A ticket and what became of it so far. */
export class TicketView {
  id!: string;
  receivedAt!: Date;
  channel!: string;
  name!: string;
  subject!: string;
  body!: string;
  run!: RunView;
}
