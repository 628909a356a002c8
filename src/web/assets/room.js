// What the room does beyond plain HTML. Without this file the page still reads and posts.
(() => {
  'use strict'
  const $ = (id) => document.getElementById(id)
  const [log, text, composer, notice, lost] = ['log', 'text', 'composer', 'notice', 'lost'].map($)
  const { chat: here, last } = document.querySelector('.frame').dataset
  const title = document.title

  // Which lines this browser has seen, by chat. Nobody else is ever told.
  const read = () => { try { return JSON.parse(localStorage.getItem('duban.seen')) || {} } catch { return {} } }
  // The demo can start over: what was seen beyond its last line belongs to the time before.
  if (Object.values(read()).some((seq) => seq > Number(last))) localStorage.removeItem('duban.seen')
  const lastLine = () => { const line = log.lastElementChild; return Number(line && line.dataset.seq) || 0 }
  let latest = []
  const mark = () => {
    const seen = read()
    if (document.visibilityState === 'visible') {
      document.title = title
      seen[here] = Math.max(seen[here] || 0, lastLine())
      try { localStorage.setItem('duban.seen', JSON.stringify(seen)) } catch { /* private window */ }
    }
    let any = false
    for (const dot of document.querySelectorAll('.dot[data-chat]')) {
      const { chat, reader } = dot.dataset
      const isNew = latest.some((l) => l.chat === chat && l.reader === reader && l.seq > (seen[chat] || 0))
      dot.toggleAttribute('data-new', isNew)
      any = any || isNew
    }
    for (const dot of document.querySelectorAll('.dot.any')) dot.toggleAttribute('data-new', any)
  }
  document.addEventListener('visibilitychange', mark)

  // The live stream. It goes on after the last line on the page, however often it is opened anew.
  let alive
  htmx.createEventSource = (address) => {
    const url = new URL(address, location.href)
    if (lastLine()) url.searchParams.set('after', lastLine())
    const source = new EventSource(url)
    const heard = () => {
      lost.hidden = true
      clearTimeout(alive)
      alive = setTimeout(() => { lost.hidden = false; source.close(); source.onerror(new Event('error')) }, 45000)
    }
    for (const name of ['open', 'beat', 'line', 'marks', 'clock', 'chats']) source.addEventListener(name, heard)
    source.addEventListener('error', () => { lost.hidden = false })
    // A line that reads otherwise now, in its old place.
    source.addEventListener('edit', (event) => {
      heard()
      const holder = document.createElement('template')
      holder.innerHTML = event.data
      const fresh = holder.content.querySelector('.line')
      const old = fresh && $(fresh.id)
      if (!old) return
      old.replaceWith(fresh)
      htmx.process(fresh)
    })
    source.addEventListener('gone', () => { lost.hidden = true; clearTimeout(alive) })
    source.addEventListener('marks', (event) => { latest = JSON.parse(event.data); mark() })
    return source
  }
  document.addEventListener('htmx:sseBeforeMessage', (event) => {
    const { type, lastEventId } = event.detail
    if (type === 'line' && $('line-' + lastEventId)) event.preventDefault()
  })
  document.addEventListener('htmx:sseMessage', (event) => {
    if (event.detail.type !== 'line') return
    if (document.visibilityState !== 'visible') document.title = '● ' + title
    mark()
  })

  // Older lines come with a day of their own: two alike are one.
  document.addEventListener('htmx:afterSettle', () => {
    let last = ''
    for (const day of log.querySelectorAll('.day')) {
      if (day.textContent === last) day.remove()
      else last = day.textContent
    }
  })

  // Forms tell what went wrong; words stay in the input until they have arrived.
  let sent = ''
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (event.detail.elt === composer) sent = text.value
  })
  document.addEventListener('htmx:afterRequest', (event) => {
    const { elt, successful, xhr } = event.detail
    if (successful) notice.textContent = ''
    else if (!xhr.status || xhr.status >= 500) notice.textContent = '没有送达，服务暂时不可用。请稍后再试。'
    if (elt !== composer) return
    if (successful && text.value === sent) text.value = ''
    if (successful) log.parentElement.scrollTop = 0
    text.focus()
  })
  if (!text) return

  // Files go with the words, as a form of their own kind. Chosen, pasted or dropped, they are one list.
  const [files, chosen] = ['files', 'chosen'].map($)
  const [oneFile, allFiles] = [20 * 1024 * 1024, 60 * 1024 * 1024]
  const carry = (list) => {
    const box = new DataTransfer()
    for (const file of list) box.items.add(file)
    files.files = box.files
    show()
  }
  const show = () => {
    const list = [...files.files]
    // Words alone are sent as before.
    files.toggleAttribute('name', false)
    composer.removeAttribute('hx-encoding')
    chosen.replaceChildren()
    notice.textContent = ''
    if (!list.length) return
    files.name = 'files'
    composer.setAttribute('hx-encoding', 'multipart/form-data')
    const clear = document.createElement('button')
    clear.type = 'button'
    clear.textContent = '不附了'
    clear.addEventListener('click', () => { carry([]); text.focus() })
    chosen.append('📎 ' + list.map((file) => file.name).join('、'), clear)
    if (list.some((file) => file.size > oneFile)) notice.textContent = '有文件超过 20 MB，发了也不会保存。'
    else if (list.reduce((sum, file) => sum + file.size, 0) > allFiles) notice.textContent = '一次合计不超过 60 MB，请分几次发。'
  }
  show()
  files.addEventListener('change', show)
  document.addEventListener('htmx:configRequest', (event) => {
    if (event.detail.elt === composer && files.files.length) event.detail.path = '/room/files'
  })
  document.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.elt === composer && event.detail.successful) carry([])
  })
  text.addEventListener('paste', (event) => {
    const list = event.clipboardData ? [...event.clipboardData.files] : []
    if (!list.length) return
    event.preventDefault()
    carry([...files.files, ...list])
  })
  const dragged = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files')
  document.addEventListener('dragover', (event) => {
    if (!dragged(event)) return
    event.preventDefault()
    composer.classList.add('over')
  })
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) composer.classList.remove('over') })
  document.addEventListener('drop', (event) => {
    composer.classList.remove('over')
    if (!dragged(event)) return
    event.preventDefault()
    carry([...files.files, ...event.dataTransfer.files])
    text.focus()
  })

  // Enter sends, Shift+Enter makes a new line; Enter that confirms an input method's word does neither.
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    composer.querySelector('.send').click()
  })
  document.addEventListener('click', (event) => {
    const fill = event.target.closest('.fill')
    if (!fill) return
    event.preventDefault()
    text.value = fill.textContent
    for (const open of document.querySelectorAll('.toggle:checked')) open.checked = false
    text.focus()
  })
  if (matchMedia('(pointer: fine)').matches) text.focus()
})()
