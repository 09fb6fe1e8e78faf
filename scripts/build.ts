// Bundles the deployment, or another entry file the same way, to one file; CommonJS, because faas-js-runtime assigns an undeclared variable, which an ES module refuses.

import { build, type Plugin } from 'esbuild'

/**
 * client-node has some 800 generated classes of which KubeConfig uses none. Its modules only define things, but its
 * package.json does not say so, and esbuild keeps what might do more. The polyfill does do something.
 */
const withoutUnusedModels: Plugin = {
  name: 'without-unused-models',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\.?\// }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'resolved' || !from.importer.includes('/@kubernetes/client-node/dist/'))
        return undefined
      const { importer, resolveDir, kind } = from
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: 'resolved' })
      return { ...found, sideEffects: path === './polyfill.js' }
    })
  },
}

/**
 * undici's index loads mocks, caches and WebSockets, but only four of its names are imported, here and in client-node;
 * an import of another stops the build. `fetch`, which generated clients alone call, is loaded with its first call.
 */
const withoutUnusedUndici: Plugin = {
  name: 'without-unused-undici',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici$/ }, ({ resolveDir }) => ({ path: resolveDir, namespace: 'undici' }))
    onLoad({ filter: /./, namespace: 'undici' }, ({ path }) => ({
      resolveDir: path,
      contents: [
        "import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'",
        "import verbs from 'undici/lib/api/index.js'",
        "export { default as Agent } from 'undici/lib/dispatcher/agent.js'",
        "export { default as buildConnector } from 'undici/lib/core/connect.js'",
        "export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js'",
        // The index gives every dispatcher its `request` this way.
        'Object.assign(Dispatcher.prototype, verbs)',
        "export const fetch = (...given) => require('undici/lib/web/fetch').fetch(...given)",
      ].join('\n'),
    }))
  },
}

const [entry = 'functions/main.ts', outfile = 'dist/main.cjs'] = process.argv.slice(2)
const result = await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Without this, `strict` in tsconfig.json puts "use strict" over the whole bundle, faas-js-runtime included.
  tsconfigRaw: {},
  logLevel: 'warning',
  metafile: true,
  plugins: [withoutUnusedModels, withoutUnusedUndici],
})
for (const [file, { bytes }] of Object.entries(result.metafile.outputs))
  console.log(`${file}  ${(bytes / 1024 / 1024).toFixed(1)} MB`)
