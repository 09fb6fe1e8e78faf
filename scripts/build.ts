// Bundles the deployment and the command line (with `cli` that alone), or another entry file like the deployment, to one file; CommonJS, because faas-js-runtime assigns an undeclared variable, which an ES module refuses.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { PLUGINS, withoutRuntimeEvents } from './plugins.ts'

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
  plugins: [...PLUGINS],
} as const satisfies BuildOptions

const DIST = 'dist'
const CODE_WRITER = fileURLToPath(new URL('code.ts', import.meta.url))
const CODE = /\.code$/

async function bundle(options: BuildOptions): Promise<void> {
  const { metafile } = await build({ ...COMMON, ...options, metafile: true })
  const entries = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint !== undefined)
  for (const [file, { bytes }] of entries) console.log(`${file}  ${(bytes / 1024 / 1024).toFixed(1)} MB`)
}

/** One file, for a deployment. */
function bundleService(entry: string, outfile: string, more: readonly Plugin[] = []): Promise<void> {
  return bundle({ entryPoints: [entry], outfile, format: 'cjs', plugins: [...PLUGINS, ...more] })
}

/** The bundle, what starts it, and V8's code for it. */
async function bundleDeployment(): Promise<void> {
  mkdirSync(DIST, { recursive: true })
  // Code goes before its bundle does: V8 tells the code of another text only by the text's length.
  for (const name of readdirSync(DIST).filter(each => CODE.test(each))) rmSync(join(DIST, name))
  const main = join(DIST, 'main.cjs')
  await bundleService('functions/main.ts', main, [withoutRuntimeEvents])
  await bundleService('functions/launch.ts', join(DIST, 'launch.cjs'))
  // The seed makes the code the same each time, and V8 accepts it without one.
  execFileSync(process.execPath, ['--random-seed=1', CODE_WRITER, main], { stdio: 'inherit' })
}

/** The command line: what a command needs is in files of its own, which are read when it is called. */
async function bundleCommandLine(): Promise<void> {
  const outdir = join(DIST, 'cli')
  // Its parts are named by their content: old ones would stay.
  rmSync(outdir, { recursive: true, force: true })
  await bundle({
    entryPoints: { playbook: 'cli/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    // It assigns an undeclared variable, which an ES module refuses.
    external: ['faas-js-runtime'],
    // For what is CommonJS within; under a name that no module of ours has.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
    },
  })
}

const [entry, outfile] = process.argv.slice(2)
if (entry === 'cli') await bundleCommandLine()
else if (entry !== undefined && outfile !== undefined) await bundleService(entry, outfile)
else {
  await bundleDeployment()
  await bundleCommandLine()
}
