/** Wall time and this process's processor time of a piece of work, in milliseconds. */
export async function timed(work: () => Promise<void>): Promise<{ wall: number; cpu: number }> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work();
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1_000 };
}

export async function repeat(times: number, work: () => Promise<void>): Promise<void> {
  for (let done = 0; done < times; done++) await work();
}
