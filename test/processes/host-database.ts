import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { migrate, orchestrationEntities, orchestrationMigrations } from 'nestjs-nestor';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import { DataSource, type DataSourceOptions } from 'typeorm';

/** The database of a program of its own: on a server (`DATABASE_URL`), else in a folder (`DATA_DIRECTORY`). It is migrated. */
export function hostDatabase(): DynamicModule {
  const { DATABASE_URL, DATA_DIRECTORY = '' } = process.env;
  const options = {
    ...(DATABASE_URL
      ? { type: 'postgres', url: DATABASE_URL }
      : embeddedPostgres({ directory: DATA_DIRECTORY })),
    entities: [...orchestrationEntities],
    migrations: [...orchestrationMigrations],
  } as DataSourceOptions;
  return TypeOrmModule.forRootAsync({
    useFactory: () => options,
    dataSourceFactory: async () => {
      const dataSource = await new DataSource(options).initialize();
      await migrate(dataSource);
      return dataSource;
    },
  });
}
