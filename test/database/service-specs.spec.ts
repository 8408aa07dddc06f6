import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
// a script without types
// @ts-expect-error
import { dependsOnService, serviceSpecs } from './service-specs.mjs';

const folder = mkdtempSync(join(tmpdir(), 'nestor-service-specs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('The spec files that run again on a PostgreSQL server', () => {
  it('are those that open a test database or start processes, and no others', () => {
    expect(serviceSpecs()).toEqual(
      expect.arrayContaining([
        'lib/database/database.spec.ts',
        'test/conformance/typeorm.spec.ts',
        'test/e2e/find.spec.ts',
        'test/machines/machines.spec.ts',
        'test/processes/sample-app.e2e-spec.ts',
      ]),
    );
    expect(serviceSpecs()).not.toContain('lib/workflow/definition/graph.spec.ts');
    expect(serviceSpecs()).not.toContain('test/types/types.spec.ts');
  });

  it('are found also through files that import one another', () => {
    writeFileSync(join(folder, 'a.ts'), "import './b.js'; import './c.js';");
    writeFileSync(join(folder, 'b.ts'), "import { a } from './a.js';");
    expect(dependsOnService(join(folder, 'a.ts'))).toBe(false);
    writeFileSync(join(folder, 'd.ts'), "import { b } from './e.js';");
    writeFileSync(join(folder, 'e.ts'), "import './d.js'; const url = process.env['DATABASE_URL'];");
    expect(dependsOnService(join(folder, 'd.ts'))).toBe(true);
  });
});
