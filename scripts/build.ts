// Bundles the deployment, or another entry file the same way, to one file; CommonJS, because faas-js-runtime assigns an undeclared variable, which an ES module refuses.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { metaSchemaModule } from './meta-schema.ts'

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

/** Compiled here, so that no process has to do it with its first event. */
const withMetaSchema: Plugin = {
  name: 'with-meta-schema',
  setup({ onLoad }) {
    onLoad({ filter: /\/shared\/parameters\/meta-schema\.ts$/ }, () => ({
      resolveDir: process.cwd(),
      contents: metaSchemaModule(),
      loader: 'js',
    }))
  },
}

const DIST = 'dist'
const CODE_WRITER = fileURLToPath(new URL('code.ts', import.meta.url))
const CODE = /\.code$/

async function bundle(entry: string, outfile: string): Promise<void> {
  const { metafile } = await build({
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
    plugins: [withoutUnusedModels, withoutUnusedUndici, withMetaSchema],
  })
  for (const [file, { bytes }] of Object.entries(metafile.outputs))
    console.log(`${file}  ${(bytes / 1024 / 1024).toFixed(1)} MB`)
}

/** The bundle, what starts it, and V8's code for it. */
async function bundleDeployment(): Promise<void> {
  mkdirSync(DIST, { recursive: true })
  // Code goes before its bundle does: V8 tells the code of another text only by the text's length.
  for (const name of readdirSync(DIST).filter(each => CODE.test(each))) rmSync(join(DIST, name))
  const main = join(DIST, 'main.cjs')
  await bundle('functions/main.ts', main)
  await bundle('functions/launch.ts', join(DIST, 'launch.cjs'))
  // The seed makes the code the same each time, and V8 accepts it without one.
  execFileSync(process.execPath, ['--random-seed=1', CODE_WRITER, main], { stdio: 'inherit' })
}

const [entry, outfile] = process.argv.slice(2)
if (entry === undefined || outfile === undefined) await bundleDeployment()
else await bundle(entry, outfile)
