// The documentation as a site: `npm run docs` writes it to dist/site (https://vitepress.dev/reference/site-config).

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'

const DECISIONS = join(import.meta.dirname, '../decisions')

function decisionPages() {
  return readdirSync(DECISIONS)
    .filter(name => name.endsWith('.md'))
    .map(name => {
      const [, title = name] = /^# (.*)$/m.exec(readFileSync(join(DECISIONS, name), 'utf8')) ?? []
      return { text: title, link: `/decisions/${name.slice(0, -'.md'.length)}` }
    })
}

function page(text: string, name: string) {
  return { text, link: `/${name}` }
}

interface Token {
  type: string
  content: string
  readonly children: Token[] | null
  attrGet(name: string): string | null
}

function isOutside(token: Token): boolean {
  const href = token.attrGet('href') ?? ''
  return token.type === 'link_open' && href.startsWith('../') && !href.endsWith('.md')
}

/** What is not part of the site, such as a schema in shared/, is named and not linked. */
function unlink({ children }: Token): void {
  const all = children ?? []
  for (const [at, token] of all.entries()) {
    if (!isOutside(token)) continue
    const close = all.slice(at).find(({ type }) => type === 'link_close')
    for (const each of [token, close])
      if (each !== undefined) Object.assign(each, { type: 'text', content: '' })
  }
}

export default defineConfig({
  title: 'playbook-functions',
  description: 'From an analysis of a broken cluster to a guarded Tekton PipelineRun',
  srcDir: '.',
  outDir: '../dist/site',
  cacheDir: '../node_modules/.cache/vitepress',
  markdown: {
    config(markdown) {
      markdown.core.ruler.push('outside', state => state.tokens.forEach(unlink))
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      {
        text: 'Begin',
        items: [
          page('Quick start', 'quick-start'),
          page('Concepts', 'concepts'),
          page('Command line', 'cli'),
        ],
      },
      {
        text: 'Playbooks',
        items: [
          page('Playbook format', 'playbook-format'),
          page('Migration', 'migration'),
          page('Events', 'events'),
          page('How real analyses are judged', 'verdicts'),
        ],
      },
      {
        text: 'Guard',
        items: [
          page('Policy', 'policy'),
          page('Approval', 'approval'),
          page('Receipt', 'receipt'),
          page('Security model', 'security'),
        ],
      },
      {
        text: 'Operate',
        items: [
          page('Operations', 'operations'),
          page('Troubleshooting', 'troubleshooting'),
          page('Performance', 'performance'),
        ],
      },
      {
        text: 'Remote resolution',
        items: [
          page('Resolvers', 'resolution'),
          page('Git', 'git-resolver'),
          page('Write a resolver', 'write-a-resolver'),
        ],
      },
      { text: 'Decisions', collapsed: true, items: decisionPages() },
    ],
  },
})
