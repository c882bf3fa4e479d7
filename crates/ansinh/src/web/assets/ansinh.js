// Only comfort: every page works without this file.
(() => {
  'use strict'
  const money = n => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, '.')

  // Tables with tick boxes: [data-tick] on the form, data-dong on each box, [data-count] and
  // [data-sum] show the live count and sum. Arrow keys walk the boxes; space ticks.
  for (const form of document.querySelectorAll('form[data-tick]')) {
    const boxes = [...form.querySelectorAll('tbody input[type=checkbox]')]
    const all = form.querySelector('[data-all]')
    const show = () => {
      const on = boxes.filter(b => b.checked)
      for (const el of form.querySelectorAll('[data-count]')) el.textContent = money(on.length)
      for (const el of form.querySelectorAll('[data-sum]')) {
        el.textContent = money(on.reduce((sum, b) => sum + Number(b.dataset.dong || 0), 0))
      }
      for (const b of boxes) b.closest('tr')?.classList.toggle('chon', b.checked)
    }
    form.addEventListener('change', event => {
      if (event.target === all) for (const b of boxes) b.checked = all.checked
      show()
    })
    form.addEventListener('keydown', event => {
      const at = boxes.indexOf(event.target)
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (at >= 0 && step && boxes[at + step]) {
        event.preventDefault()
        boxes[at + step].focus()
      }
    })
    show()
  }

  // Enter in a text field of a form that acts on money does not send it by accident.
  for (const form of document.querySelectorAll('form[data-careful]')) {
    form.addEventListener('keydown', event => {
      if (event.key === 'Enter' && event.target.matches('input:not([type=checkbox]):not([type=radio])')) event.preventDefault()
    })
  }

  // A second click on a button that has been pressed does nothing.
  for (const form of document.querySelectorAll('form[method=post]')) {
    form.addEventListener('submit', event => {
      if (form.dataset.sent) event.preventDefault()
      form.dataset.sent = '1'
      setTimeout(() => { delete form.dataset.sent }, 5000)
    })
  }

  // Running work: [data-refresh="seconds"] is fetched again and replaced; without script the page
  // reloads itself by <meta http-equiv=refresh> inside <noscript>.
  const region = document.querySelector('[data-refresh]')
  if (region) {
    const again = async () => {
      try {
        const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html')
        const next = page.querySelector('[data-refresh]')
        if (!next) return location.reload()
        document.querySelector('[data-refresh]').replaceChildren(...next.childNodes)
      } catch { /* the network may come back */ }
      setTimeout(again, 1000 * Number(region.dataset.refresh || 2))
    }
    setTimeout(again, 1000 * Number(region.dataset.refresh || 2))
  }

  for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false
    button.addEventListener('click', () => window.print())
  }

  document.querySelector('.govuk-error-summary')?.focus()
})()
