import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, sha256 } from '../../lib/values/index.js';
import type { World } from './world.js';

/** What every store of bytes does. */
export function describeBlobs(name: string, open: () => Promise<World>): void {
  describe(`${name}: the bytes beside the records`, () => {
    let world: World;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());
    const store = () => world.blobs();
    const blob = (size: number) => {
      const bytes = new Uint8Array(randomBytes(size));
      return { hash: sha256(bytes), bytes };
    };

    it('gives back the bytes that it was given, also many of them, and none', async () => {
      const [run, blobs] = [newId(), [blob(3_000_000), blob(1), blob(0)]];
      await store().put(run, blobs);
      for (const { hash, bytes } of blobs) {
        const found = await store().get(run, hash);
        expect(found && Buffer.compare(found, bytes)).toBe(0);
      }
    });

    it('keeps what was there first, and does not keep the memory that it was handed', async () => {
      const [run, { hash, bytes }] = [newId(), blob(100)];
      const handed = Uint8Array.from(bytes);
      await store().put(run, [{ hash, bytes: handed }]);
      handed.fill(0);
      await store().put(run, [{ hash, bytes: handed }]);
      expect(Buffer.from((await store().get(run, hash)) ?? [])).toEqual(Buffer.from(bytes));
    });

    it('keeps them for each run, and copies all of one run to another', async () => {
      const [from, to, { hash, bytes }] = [newId(), newId(), blob(100)];
      await store().put(from, [{ hash, bytes }]);
      await expect(store().get(to, hash)).resolves.toBeUndefined();
      await store().copy(from, to);
      await store().copy(from, to);
      expect(Buffer.from((await store().get(to, hash)) ?? [])).toEqual(Buffer.from(bytes));
    });
  });
}
