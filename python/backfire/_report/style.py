"""How the page looks: on a screen, on a phone, on paper."""

STYLE = """
:root{--ink:#1b2430;--soft:#566172;--line:#dde3ea;--wash:#f5f7f9;--good:#1d6b40;--bad:#a82a1f;--mixed:#8a5a00;
--even:#44505e;--accent:#1f5f9c}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);font:16px/1.6 "Helvetica Neue",Arial,"Segoe UI",
"Noto Sans","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC",
sans-serif;overflow-wrap:anywhere}
:lang(zh) body{line-height:1.75}
main{max-width:52rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.25;margin:.2rem 0 .6rem;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:1.3rem;line-height:1.35;margin:2.6rem 0 .8rem}
h3{font-size:1.05rem;line-height:1.4;margin:2rem 0 .5rem}
h4{font-size:.95rem;margin:1.2rem 0 .3rem}
p{margin:.5rem 0}
.kind{color:var(--accent);font-weight:600;font-size:.85rem;letter-spacing:.02em;margin:0}
.lead{color:var(--soft);max-width:42rem;margin:0 0 .5rem}
article.several{border-top:3px solid var(--ink);margin-top:3rem}
article h2{color:var(--soft);font-size:1.05rem;font-weight:600;margin:1.6rem 0 .6rem}
article.several h2{color:var(--ink);font-size:1.3rem}
.verdict{border-left:6px solid var(--tone);background:var(--wash);border-radius:4px;padding:1.1rem 1.3rem 1rem}
.verdict.good{--tone:var(--good)}.verdict.bad{--tone:var(--bad)}.verdict.mixed{--tone:var(--mixed)}
.verdict.even{--tone:var(--even)}
.badge{display:inline-block;background:var(--tone);color:#fff;font-weight:700;border-radius:3px;padding:.1rem .7rem;
margin:0;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.headline{font-size:1.25rem;line-height:1.45;font-weight:600;margin:.7rem 0 1rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.6rem;margin:0 0 1rem}
.tiles div{background:#fff;border:1px solid var(--line);border-radius:4px;padding:.6rem .8rem;
display:flex;flex-direction:column;justify-content:space-between}
.tiles dt{color:var(--soft);font-size:.82rem;line-height:1.35}
.tiles dd{margin:.15rem 0 0;font-size:1.35rem;font-weight:700;font-variant-numeric:tabular-nums;white-space:nowrap}
.tiles dd small{display:block;font-size:.75rem;font-weight:400;color:var(--soft)}
.figure.up{color:var(--good)}.figure.down{color:var(--bad)}
.verdict ul{margin:.4rem 0 0;padding-left:1.2rem}
.verdict li,section li{margin:.2rem 0}
.warning{border:1px solid var(--mixed);background:#fff8e8;border-radius:4px;padding:.5rem .8rem}
.scroll{overflow-x:auto;margin:.6rem 0 1rem}
.scroll:focus-visible{outline:2px solid var(--accent)}
table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.45;overflow-wrap:break-word}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding:0 0 .35rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--line);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--soft);font-size:.82rem;font-weight:600;border-bottom:2px solid var(--line);vertical-align:bottom}
th,td{min-width:5rem}
td.n,th.n{text-align:right;min-width:0}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
figure{margin:1rem 0;max-width:642px;border:1px solid var(--line);border-radius:4px;overflow:hidden}
figure svg{display:block;width:100%;max-width:640px;height:auto}
a{color:var(--accent)}
data{unicode-bidi:isolate}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem;color:var(--soft);font-size:.85rem}
code{font:.82rem/1.4 ui-monospace,Consolas,monospace;overflow-wrap:anywhere}
@media (max-width:34rem){
body{font-size:15px}main{padding:1.25rem .9rem 3rem}h1{font-size:1.45rem}.headline{font-size:1.1rem}
.verdict{padding:.9rem .9rem .8rem}.tiles{grid-template-columns:1fr}
.tiles div{flex-direction:row;align-items:baseline;gap:1rem}.tiles dd{text-align:right;font-size:1.1rem}
.scroll{margin-right:-.9rem;padding-right:.9rem}
}
@page{size:A4;margin:16mm 15mm 18mm}
@media print{
figure{max-width:150mm}figure.tall{max-width:none}figure.tall svg{height:215mm;max-width:none}
bdi{overflow-wrap:anywhere}
body{font-size:10pt;line-height:1.45}main{max-width:none;padding:0}
h1{font-size:19pt}h2{font-size:13pt}h3{font-size:11pt}
h2,h3,h4,caption,thead{break-after:avoid}
tr,figure,.verdict,.tiles div,li,.scroll.short{break-inside:avoid}
section>p:has(+.scroll),section>p:has(+figure){break-after:avoid}
thead{display:table-header-group}
article.several{border-top:0;margin-top:0}article.several~article.several{break-before:page}
.scroll{overflow:visible}table{font-size:8.5pt}th,td{min-width:0;padding-right:.6rem}
a{color:inherit;text-decoration:none}
}
"""
