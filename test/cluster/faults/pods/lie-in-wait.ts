// Runs beside a function in its own container: has the function's process die, without a word, while it handles an event.
// The argument is how long after the event came, in milliseconds.

const INSPECTOR = 'http://127.0.0.1:9229/json/list'
const FUNCTION = 1

/** In the function's process, as text: nothing from outside may be used. An event that is over too soon is let pass, and the next has less time. */
function dieHandling(afterMs: number): void {
  const { subscribe } = process.getBuiltinModule('node:diagnostics_channel')
  const open = new Set<unknown>()
  let after = afterMs
  const requestOf = (message: unknown) => (message as { request: { method: string } }).request
  subscribe('http.server.request.start', message => {
    const request = requestOf(message)
    if (request.method !== 'POST') return
    open.add(request)
    setTimeout(() => {
      if (open.size > 0) process.exit(137)
      after /= 2
    }, after)
  })
  subscribe('http.server.response.finish', message => void open.delete(requestOf(message)))
}

async function findDebugger(): Promise<string> {
  for (;;) {
    const answer = await fetch(INSPECTOR).catch(() => undefined)
    const [target] = ((await answer?.json()) ?? []) as { webSocketDebuggerUrl: string }[]
    if (target !== undefined) return target.webSocketDebuggerUrl
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

// Node opens its inspector on this signal: https://nodejs.org/en/learn/getting-started/debugging
process.kill(FUNCTION, 'SIGUSR1')
const socket = new WebSocket(await findDebugger())
const expression = `(${dieHandling})(${Number(process.argv.at(-1))})`
socket.onopen = () =>
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }))
socket.onmessage = ({ data }) => {
  process.stdout.write(String(data))
  socket.close()
}

export {}
