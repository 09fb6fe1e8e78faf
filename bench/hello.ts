// The yardstick: faas-js-runtime around a function that does nothing.

import runtime from 'faas-js-runtime'

void runtime.start(
  {
    handle: () => undefined,
    // Its own probes answer 503 while a process is still busy with starting, which would flatter the other side.
    liveness: () => 'OK',
    readiness: () => 'OK',
  },
  { port: Number(process.env.PORT) },
)
