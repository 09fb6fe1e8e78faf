// The yardstick as a whole program: given to `node -e` in the functions' own image, so it imports nothing and says no types.

const { createServer } = process.getBuiltinModule('node:http')

let ended = 0

createServer((request, response) => {
  const chunks = [Buffer.alloc(0)]
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    // A probe; the bench reads how many events have come to their end.
    if (request.method !== 'POST') return response.end(String(ended))
    if (request.url === '/end') {
      ended += 1
      return response.writeHead(204).end()
    }
    const headers = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-type': 'io.kubernaut.bench.middle',
      'ce-source': '/bench/bare',
      'ce-id': `${request.headers['ce-id']}-reply`,
    }
    return response.writeHead(200, headers).end(Buffer.concat(chunks))
  })
}).listen(process.env.PORT)

// The first process of a container is ended by no signal that it does not handle.
process.on('SIGTERM', () => process.exit(0))
