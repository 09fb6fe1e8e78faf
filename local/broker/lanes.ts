// One ordered lane per Trigger, as a Kafka Broker with ordered delivery has: the next event waits for the one before it.

type Task = () => Promise<unknown>

export interface Lanes {
  readonly enqueue: (lane: string, task: Task) => void
}

/**
 * `run` starts a lane's worker (and counts it as under way). With `reorder`, a lane collects what arrives in one turn of
 * the event loop and takes the newest first, which no consumer may mind.
 */
export function createLanes(run: (worker: Task) => void, reorder: boolean): Lanes {
  const lanes = new Map<string, Task[]>()
  const work = async (lane: string, tasks: Task[]): Promise<void> => {
    if (reorder) await new Promise<void>(resolve => setImmediate(resolve))
    for (;;) {
      const task = reorder ? tasks.pop() : tasks.shift()
      if (task === undefined) break
      await task()
    }
    lanes.delete(lane)
  }
  return {
    enqueue: (lane, task) => {
      const waiting = lanes.get(lane)
      if (waiting !== undefined) {
        waiting.push(task)
        return
      }
      const tasks = [task]
      lanes.set(lane, tasks)
      run(() => work(lane, tasks))
    },
  }
}
