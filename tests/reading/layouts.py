"""One article as eight publishers would set it, with the furniture of their pages around it."""

from html import escape

OTHER = (
    "The central bank left its main interest rate unchanged on Thursday, as analysts had expected.",
    "Shipping lines raised their fees by 12 percent for the third time this year, brokers said.",
    "The EU imposed a duty of 38 percent on toys from Atlantis, people close to the talks said.",
)
OFFER = "Try three months of reading for $9. You have {{articlesLeft}} free articles left."


def _paragraphs(text, before="<p>", after="</p>"):
    return [f"{before}{escape(part)}{after}" for part in text]


def _cards(tag="li"):
    return "".join(f'<{tag}><a href="#">{escape(o)}</a></{tag}>' for o in OTHER)


def daily(title, text):
    """Semantic tags: nav, aside, footer, a promotion between paragraphs, related articles."""
    body = _paragraphs(text)
    body.insert(len(body) // 2, f'<aside class="promo"><p>{OFFER}</p></aside>')
    return (
        f"<!doctype html><html><head><title>{escape(title)} - The Daily</title></head><body>"
        "<nav><ul><li>Home</li><li>World</li></ul></nav><main><article>"
        f"<h1>{escape(title)}</h1>{''.join(body)}</article>"
        f'<section class="related"><h2>Related</h2><ul>{_cards()}</ul></section></main>'
        "<footer><p>All rights reserved. No part of this page may be copied in any form by "
        "anybody.</p></footer></body></html>"
    )


def agency(title, text):
    """Divs alone, named by class; a cookie notice, a dateline and tags."""
    return (
        "<html><head><script>var a = '<p>no text</p>';</script></head><body>"
        '<div id="cookie-consent"><p>We and our 120 partners store cookies on your device to '
        "measure how our pages are used. You can change your mind at any time.</p></div>"
        '<div class="site-nav"><a>Markets</a><a>World</a></div><div class="post tag-trade">'
        f'<h1 class="headline">{escape(title)}</h1><div class="byline">By A Reporter</div>'
        f'<div class="entry-content">{"".join(_paragraphs(text, "<div>", "</div>"))}</div>'
        f'<div class="post-tags"><a>Trade</a></div></div><div class="sidebar">{_cards("p")}</div>'
        "</body></html>"
    )


def old(title, text):
    """A page laid out by tables, with line breaks instead of paragraphs."""
    return (
        "<HTML><BODY><TABLE width=100%><TR><TD colspan=2><B>THE GAZETTE</B></TD></TR><TR>"
        "<TD width=120><A href=#>Home</A><BR><A href=#>World</A></TD><TD>"
        f"<H2>{escape(title)}</H2>{'<BR><BR>'.join(map(escape, text))}</TD></TR>"
        "<TR><TD colspan=2>Copyright 2018 The Gazette</TD></TR></TABLE></BODY></HTML>"
    )


def comments(title, text):
    """Readers' comments, longer than the article, and buttons to share it."""
    said = "".join(
        f'<li class="comment"><p>{escape(o)} That is what I have been saying since 1995!</p></li>'
        for o in OTHER * 6
    )
    return (
        f"<html><body><article class='post'><h1>{escape(title)}</h1>"
        "<div class='share-buttons'><a>Share on Facebook</a><a>Tweet this article</a></div>"
        f"{''.join(_paragraphs(text))}</article>"
        f"<section id='comments'><h3>18 comments</h3><ol>{said}</ol></section></body></html>"
    )


def live(title, text):
    """A live blog: every paragraph an article of its own, with the hour."""
    posts = "".join(
        f'<article class="live-post"><time datetime="2018-05-16T{9 + k % 9:02d}:00">{9 + k % 9}:00'
        f"</time><p>{escape(part)}</p></article>"
        for k, part in enumerate(text)
    )
    return (
        f"<html><body><header class='masthead'><a>Sign in</a></header><main><h1>{escape(title)}"
        f"</h1>{posts}</main><aside role='complementary'>{_cards('p')}</aside></body></html>"
    )


def ministry(title, text):
    """A press release: breadcrumb, list of contacts, no article element."""
    return (
        '<html lang="en"><body><div class="breadcrumb">Home &gt; News &gt; Releases</div>'
        f'<div id="main"><h1>{escape(title)}</h1>{"".join(_paragraphs(text))}'
        "<h3>Media contacts</h3><p>The press office of the ministry answers questions by phone "
        "between nine and five on working days.</p></div>"
        '<div role="contentinfo"><p>The ministry is not responsible for the content of other '
        "pages that this one links to.</p></div></body></html>"
    )


def paywalled(title, text):
    """Offers before, between and after; hidden duplicates; a dialog."""
    body = _paragraphs(text)
    for at in range(3, len(body), 4):
        body.insert(at, f'<div class="newsletter-signup"><p>Sign up. {OFFER}</p></div>')
    return (
        f'<html><body class="has-paywall"><div class="topOffer"><p>{OFFER}</p></div>'
        f'<div class="layout-with-sidebar"><article data-x="a > b"><h1>{escape(title)}</h1>'
        f"{''.join(body)}</article></div>"
        f'<div style="display: none"><p>{escape(text[0])}</p></div>'
        f'<div role="dialog"><p>Subscribe to go on. {OFFER}</p></div></body></html>'
    )


def magazine(title, text):
    """Pictures as long data, figures with captions, a table, teasers as articles."""
    table = "<table><tr><th>Year</th><th>bn</th></tr><tr><td>2016</td><td>347</td></tr></table>"
    body = _paragraphs(text)
    body.insert(1, f'<figure><img alt="" src="data:image/png;base64,{"A" * 9000}"></figure>{table}')
    teasers = "".join(
        f'<article class="teaser"><h3><a>{escape(o)}</a></h3><p>{escape(o)}</p></article>'
        for o in OTHER
    )
    return (
        f"<!DOCTYPE html><html><body><div class='page'><article><h1>{escape(title)}</h1>"
        f"{''.join(body)}</article><div class='latest'>{teasers}</div></div></body></html>"
    )


LAYOUTS = (daily, agency, old, comments, live, ministry, paywalled, magazine)
