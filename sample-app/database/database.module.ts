import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { migrate, orchestrationEntities, orchestrationMigrations } from 'nestjs-nestor';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { supportEntities, supportMigrations } from './tables.js';

/** On a server, else in this process: in a directory, or in memory. */
export interface DatabasePlace {
  readonly url?: string | undefined;
  readonly directory?: string | undefined;
}

/** The application's data source; it carries Nestor's tables beside its own. */
@Module({})
export class DatabaseModule {
  static at(place: DatabasePlace): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...optionsOf(place),
            entities: [...orchestrationEntities, ...supportEntities],
            migrations: [...orchestrationMigrations, ...supportMigrations],
          }),
          dataSourceFactory: async (options) => {
            if (!options) throw new Error('TypeOrmModule called the data source factory without options.');
            const dataSource = await new DataSource(options).initialize();
            try {
              await migrate(dataSource);
            } catch (error) {
              await dataSource.destroy();
              throw error;
            }
            return dataSource;
          },
        }),
      ],
    };
  }
}

function optionsOf({ url, directory }: DatabasePlace): Extract<DataSourceOptions, { type: 'postgres' }> {
  if (url !== undefined) return { type: 'postgres', url, installExtensions: false };
  return embeddedPostgres(directory === undefined ? {} : { directory });
}
