// Builds the front-end files into ../static/built: our stylesheet on govuk-frontend, and scripts.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..', '..', '..')
const modules = join(root, 'node_modules')
const built = join(here, '..', 'static', 'built')
mkdirSync(built, { recursive: true })

const { css } = compile(join(here, 'scss', 'site.scss'), {
  style: 'compressed',
  loadPaths: [modules],
  quietDeps: true,
  silenceDeprecations: ['import', 'global-builtin', 'color-functions']
})
writeFileSync(join(built, 'site.css'), css)
copyFileSync(join(here, 'js', 'site.mjs'), join(built, 'site.js'))
copyFileSync(
  join(modules, 'govuk-frontend', 'dist', 'govuk', 'govuk-frontend.min.js'),
  join(built, 'govuk-frontend.js')
)
console.log(`Built site.css, ${Math.round(css.length / 1024)} kB.`)
