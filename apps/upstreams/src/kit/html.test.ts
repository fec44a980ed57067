import { describe, expect, it } from 'vitest'
import { html, page } from './html.ts'

describe('html', () => {
  it('escapes whatever is put in, except markup made by itself', () => {
    const inner = html`<b>${'<script>"&\''}</b>`
    expect(html`<p title="${'"'}">${inner}${[html`<i>1</i>`, html`<i>2</i>`]}${3}</p>`.markup).toBe(
      '<p title="&quot;"><b>&lt;script&gt;&quot;&amp;&#39;</b><i>1</i><i>2</i>3</p>',
    )
  })

  it('makes a page that says it is emulated', () => {
    expect(page({ title: 'a<b', body: html`<h1>x</h1>` })).toMatch(
      /<title>a&lt;b<\/title>[^]*An emulated service/,
    )
  })
})
