// Only what a page gains from a script: the phone's menu, focus on the list of errors, no double press, and a
// page that waits for background work looks again.
import { Button, ErrorSummary, ServiceNavigation } from './govuk-frontend.js'

const begin = (Kind, name) => {
  for (const element of document.querySelectorAll(`[data-module="${name}"]`)) new Kind(element)
}

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
begin(ErrorSummary, 'govuk-error-summary')
begin(ServiceNavigation, 'govuk-service-navigation')
begin(Button, 'govuk-button')

const waiting = document.querySelector('[data-reload]')
if (waiting) setTimeout(() => location.reload(), 1000 * Number(waiting.dataset.reload))
