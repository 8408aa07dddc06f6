export { CaseReference } from './case.dto.js';
export { CaseService } from './case.service.js';
export { CasesModule } from './cases.module.js';
export { SupportCase } from './support-case.entity.js';
