// Comfort only: docs/adding-a-page.md.
(() => {
  'use strict'
  const every = (what, of = document) => [...of.querySelectorAll(what)]
  const dots = n => String(n).replace(/\B(?=(\d{3})+$)/g, '.')

  // Tick tables: ↑ ↓ walk the boxes, live count and sum, [data-all].
  for (const form of every('form')) {
    const boxes = every('tbody input.o[type=checkbox]', form)
    if (!boxes.length) continue
    const all = form.querySelector('[data-all]')
    const show = () => {
      const on = boxes.filter(box => box.checked)
      const sum = on.reduce((total, box) => total + Number(box.dataset.dong || 0), 0)
      for (const el of every('[data-count]', form)) el.textContent = dots(on.length)
      for (const el of every('[data-sum]', form)) el.textContent = dots(sum)
      for (const el of every('[data-live]', form)) {
        el.hidden = !on.length
        el.previousElementSibling.hidden = on.length > 0
      }
      for (const box of boxes) box.closest('tr').classList.toggle('chon', box.checked)
      if (all) all.checked = on.length === boxes.length
    }
    if (all) all.hidden = false
    form.addEventListener('change', event => {
      if (event.target === all) for (const box of boxes) box.checked = all.checked
      // A reason for not paying takes the tick away.
      const unpaid = event.target.matches('details select') && event.target.value
      if (unpaid) event.target.closest('tr').querySelector('input.o').checked = false
      show()
    })
    form.addEventListener('keydown', event => {
      const at = boxes.indexOf(event.target)
      // K opens a row's exceptions, Esc goes back to its box.
      const more = event.key.toLowerCase() === 'k' && boxes[at]?.closest('tr').querySelector('details')
      if (more) { event.preventDefault(); more.open = true; more.querySelector('select, input')?.focus() }
      const box = event.key === 'Escape' && event.target.closest('details')?.closest('tr').querySelector('input.o')
      if (box) box.focus()
      const next = at < 0 ? null : boxes[at + { ArrowDown: 1, ArrowUp: -1 }[event.key]]
      if (next) { event.preventDefault(); next.focus() }
    })
    addEventListener('pageshow', show)
  }

  // A second press sends nothing.
  for (const form of every('form[method=post]')) {
    form.addEventListener('submit', event => {
      if (form.dataset.sent) return event.preventDefault()
      form.dataset.sent = '1'
      setTimeout(() => delete form.dataset.sent, 5000)
    })
  }

  // Running work: [data-refresh="seconds"] is fetched and swapped until it is gone.
  const wait = (region, failed) => setTimeout(async () => {
    if (document.hidden) return wait(region, failed)
    try {
      const text = await (await fetch(location.href)).text()
      const page = new DOMParser().parseFromString(text, 'text/html')
      const fresh = page.querySelector('[data-refresh]')
      if (!fresh) return location.reload()
      if (!region.contains(document.activeElement)) region.replaceChildren(...fresh.childNodes)
      wait(region, 1)
    } catch { wait(region, Math.min(failed * 2, 30)) }
  }, 1000 * failed * (Number(region.dataset.refresh) || 3))
  every('[data-refresh]').forEach(region => wait(region, 1))

  const press = (what, act) => every(what).forEach(button => {
    button.hidden = false
    button.addEventListener('click', () => act(button))
  })
  press('[data-print]', () => print())
  if (navigator.clipboard) {
    press('[data-copy]', async button => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim())
      button.textContent = 'Đã chép'
    })
  }

  // Maps: what lies under the pointer is said below; a press follows the unit's link in the table.
  for (const map of every('.ban-do')) {
    const box = map.closest('figure')
    const said = box.querySelector('[data-said]')
    map.addEventListener('pointerover', event => {
      said.textContent = event.target.closest('[data-u]')?.textContent || ''
    })
    map.addEventListener('click', event => {
      const unit = event.target.closest('[data-u]')
      document.querySelector(`#u${unit?.dataset.u} a`)?.click()
    })
    press('[data-zoom]', button => {
      const on = box.classList.toggle('lon')
      box.querySelector('.cuon-ban').tabIndex = on ? 0 : -1
      button.setAttribute('aria-pressed', on)
      button.textContent = on ? 'Thu nhỏ bản đồ' : 'Phóng to bản đồ'
    })
  }

  document.querySelector('.govuk-error-summary')?.focus()
})()
