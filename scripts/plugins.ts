// What esbuild is told of our dependencies, so that a bundle holds only what is used, and nothing is compiled twice.

import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { metaSchemaModule } from './meta-schema.ts'

/**
 * client-node has some 800 generated classes of which KubeConfig uses none. Its modules only define things, but its
 * package.json does not say so, and esbuild keeps what might do more. The polyfill does do something.
 */
const withoutUnusedModels: Plugin = {
  name: 'without-unused-models',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, importer, resolveDir }) =>
      importer.includes('/@kubernetes/client-node/dist/')
        ? { path: join(resolveDir, path), sideEffects: path === './polyfill.js' }
        : undefined,
    )
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

/**
 * faas-js-runtime looks for an event in each request, and makes an error with a stack to say that there is none: it sees
 * nothing but bytes (shared/runtime/serve.ts). Its own copy of the SDK, and that copy's ajv, are never of use to us.
 */
export const withoutRuntimeEvents: Plugin = {
  name: 'without-runtime-events',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^cloudevents$/ }, ({ importer }) =>
      importer.includes('/faas-js-runtime/lib/') ? { path: 'none', namespace: 'events' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'events' }, () => ({
      contents: 'exports.CloudEvent = class {}; exports.HTTP = { isEvent: () => false }',
    }))
  },
}

export const PLUGINS: readonly Plugin[] = [withoutUnusedModels, withoutUnusedUndici, withMetaSchema]
