// Only what a page gains from a script: the phone's menu, focus on the list of errors, no double press,
// and a sentence where a passkey fails.
import { Button, ErrorSummary, ServiceNavigation } from './govuk-frontend.js'

const begin = (Kind, name) => {
  for (const element of document.querySelectorAll(`[data-module="${name}"]`)) new Kind(element)
}

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
begin(ErrorSummary, 'govuk-error-summary')
begin(ServiceNavigation, 'govuk-service-navigation')
begin(Button, 'govuk-button')

document.addEventListener('allauth.error', (event) => {
  const problem = document.getElementById('passkey-problem')
  if (!problem) return
  event.preventDefault()
  problem.hidden = false
  problem.scrollIntoView({ block: 'nearest' })
})
