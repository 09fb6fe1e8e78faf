// Bundles the deployment and the command line, one of them, or another entry file like the deployment, to one file; CommonJS, because faas-js-runtime assigns an undeclared variable, which an ES module refuses.

import { rm } from 'node:fs/promises'
import { type BuildOptions, build, type Plugin } from 'esbuild'

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
 * undici's index loads mocks, caches and WebSockets, but only three of its names are imported, here and in client-node;
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
        "export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js'",
        // The index gives every dispatcher its `request` this way.
        'Object.assign(Dispatcher.prototype, verbs)',
        "export const fetch = (...given) => require('undici/lib/web/fetch').fetch(...given)",
      ].join('\n'),
    }))
  },
}

/** What every bundle is made with. */
const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Without this, `strict` in tsconfig.json puts "use strict" over the whole bundle, faas-js-runtime included.
  tsconfigRaw: {},
  logLevel: 'warning',
  metafile: true,
  plugins: [withoutUnusedModels, withoutUnusedUndici],
} as const satisfies BuildOptions

/** One file, for a deployment. */
function service(entry: string, outfile: string): BuildOptions {
  return { ...COMMON, entryPoints: [entry], outfile, format: 'cjs' }
}

const CLI = 'cli/main.ts'

/** The command line: what a command needs is in files of its own, which are read when it is called. */
const COMMAND_LINE: BuildOptions = {
  ...COMMON,
  entryPoints: { playbook: CLI },
  outdir: 'dist/cli',
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  splitting: true,
  // It assigns an undeclared variable, which an ES module refuses.
  external: ['faas-js-runtime'],
  // For what is CommonJS within; under a name that no module of ours has.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
  },
}

const [entry = 'all', outfile = 'dist/main.cjs'] = process.argv.slice(2)
const wanted = {
  all: [service('functions/main.ts', outfile), COMMAND_LINE],
  [CLI]: [COMMAND_LINE],
}[entry] ?? [service(entry, outfile)]
// Its parts are named by their content: old ones would stay.
if (wanted.includes(COMMAND_LINE)) await rm('dist/cli', { recursive: true, force: true })
for (const options of wanted) {
  const { metafile } = await build({ ...options, metafile: true })
  const entries = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint !== undefined)
  for (const [file, { bytes }] of entries) console.log(`${file}  ${(bytes / 1024 / 1024).toFixed(1)} MB`)
}
