import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { readFile } from 'node:fs/promises';
import { Repository } from 'typeorm';
import { sampleFile } from '../files.js';
import { Order } from './order.entity.js';

interface SampleOrder {
  readonly number: string;
  readonly item: string;
  readonly priceEur: number;
  readonly deliveredAt: string | null;
  readonly returnedAt: string | null;
}

/** Brings the sample orders into the database at boot, where they are not there yet. */
@Injectable()
export class OrderLoader implements OnModuleInit {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  async onModuleInit(): Promise<void> {
    // A file of this application.
    const samples = JSON.parse(await readFile(sampleFile('data', 'orders.json'), 'utf8')) as SampleOrder[];
    const rows = samples.map(({ priceEur, ...rest }) => ({
      ...rest,
      tenant: 'mossbell',
      priceCents: Math.round(priceEur * 100),
    }));
    await this.orders.createQueryBuilder().insert().values(rows).orIgnore().execute();
  }
}
