// Builds the one stylesheet from govuk-frontend and styles/*.css. `build` writes it, `built` returns it.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import postcss from 'postcss'

const here = new URL('.', import.meta.url)
export const target = new URL('../crates/ansinh/src/web/assets/ansinh.css', here)

// Parts of govuk-frontend that this project has no use for: its own country's marks, and widgets
// that need script.
const UNUSED = [
  'crown', 'header', 'footer', 'service-navigation', 'cookie-banner', 'phase-banner', 'accordion',
  'character-count', 'exit-this-page', 'generic-header', 'password-input', 'panel', 'task-list', 'tag--',
  'grid-column', '-\\!-(margin|padding|static|width|display|text)', 'step-nav', 'section-break', 'frontend-supported',
  'file-upload-button', 'summary-card', 'warning-text', 'logo', 'date-input'
]
const unused = new RegExp(`\\.govuk-(${UNUSED.join('|')})`)

const withoutUnused = {
  postcssPlugin: 'without-unused',
  Once (root) {
    root.walkAtRules('font-face', rule => rule.remove())
    root.walkRules(rule => {
      const kept = rule.selectors.filter(selector => !unused.test(selector.replace(/\\!/g, '!')) && !unused.test(selector))
      if (kept.length === 0) rule.remove()
      else rule.selectors = kept
    })
    root.walkAtRules(rule => { if (rule.nodes && rule.nodes.length === 0) rule.remove() })
  }
}

const minified = {
  postcssPlugin: 'minified',
  OnceExit (root) {
    root.walkComments(comment => comment.remove())
    root.walk(node => {
      node.raws.before = ''
      node.raws.after = ''
      if (node.type === 'decl') { node.raws.between = ':' }
      if (node.type === 'rule' || node.type === 'atrule') { node.raws.between = node.type === 'atrule' && !node.nodes ? ' ' : '' }
      if (node.raws.semicolon !== undefined) node.raws.semicolon = false
    })
  }
}

export async function built () {
  const govuk = await readFile(new URL('node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css', here), 'utf8')
  const names = (await readdir(new URL('styles/', here))).filter(name => name.endsWith('.css')).sort()
  const own = await Promise.all(names.map(name => readFile(new URL(`styles/${name}`, here), 'utf8')))
  const base = await postcss([withoutUnused, minified]).process(govuk.replace(/\/\*#.*?\*\//g, ''), { from: undefined })
  const ours = await postcss([minified]).process(own.join('\n'), { from: undefined })
  return `/* govuk-frontend, MIT, Crown Copyright (Government Digital Service); An Sinh, Apache-2.0 */\n${base.css}\n${ours.css}\n`
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await writeFile(target, await built())
}
