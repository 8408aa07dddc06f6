import type { WorkflowDraft } from '../define/define-workflow.js';

/** Looks for one family of mistakes in one workflow. Each answer says where, what, and how to fix it. */
export type WorkflowCheck = (draft: WorkflowDraft) => readonly string[];
