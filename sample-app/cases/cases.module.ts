import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CaseService } from './case.service.js';
import { SupportCase } from './support-case.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([SupportCase])],
  providers: [CaseService],
  exports: [CaseService],
})
export class CasesModule {}
