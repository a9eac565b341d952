// Only what a page gains from a script: the phone's menu, focus on the list of errors, no double press,
// a word when an answer could not be saved, a sentence where a passkey fails, another look where
// background work is waited for, and a button that copies a link.
import { Button, ErrorSummary, ServiceNavigation } from './govuk-frontend.js'

const begin = (Kind, name) => {
  for (const element of document.querySelectorAll(`[data-module="${name}"]`)) new Kind(element)
}

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
begin(ErrorSummary, 'govuk-error-summary')
begin(ServiceNavigation, 'govuk-service-navigation')
begin(Button, 'govuk-button')
for (const failure of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError']) {
  document.body.addEventListener(failure, () => {
    const saved = document.getElementById('saved')
    if (saved) saved.textContent = saved.dataset.failed
  })
}

document.addEventListener('allauth.error', (event) => {
  const problem = document.getElementById('passkey-problem')
  if (!problem) return
  event.preventDefault()
  problem.hidden = false
  problem.scrollIntoView({ block: 'nearest' })
})

for (const button of navigator.clipboard ? document.querySelectorAll('[data-copy]') : []) {
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy)
    button.textContent = button.dataset.copied
  })
}

const waiting = document.querySelector('[data-reload]')
if (waiting) setTimeout(() => location.reload(), 1000 * Number(waiting.dataset.reload))
