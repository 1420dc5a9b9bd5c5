"""Chinese words that carry no term of their own: particles, links, negations, question words."""

from __future__ import annotations

_FILLERS = """
变成
的 了 是 有 在 也 就 都 还 很 太 更 最 着 过 地 得 把 被 给 让 请 呀 啊 吧 哦 嗯 啦 哈 呗 这 那
其 之 个 种 些 一 能 会 要 想 应 患 曾 刚 对 由 于 以 从 向 往 到 将 使 用 来 去 上 下 中 里 内
后 前 时 常 吃 喝 做 打 看 说 帮 你 您 它 人 症 者 群 性 类 型 期 级 度 当 才 只 仅 再 多 少 大
小 高 好 坏 起 快 慢 总 且 而 所 间 一个 一种 一些 一点 有点 一下 一次 这个 那个 这种 这样 那样
可以 能够 应该 应当 需要 必须 得了 患有 患上 感到 觉得 感觉 出现 发生 伴随 发现 明显 任何 特别
非常 可能 大概 已经 曾经 刚刚 最近 近来 目前 现在 今天 昨天 昨晚 今早 以来 对于 关于 时候 期间
之后 之前 以后 每天 每日 每晚 每次 老是 经常 常常 有时 偶尔 开始 起来 下来 进行 通过 根据 作为
属于 想要 知道 了解 介绍 告诉 帮忙 谢谢 您好 你好 你们 大家 别人 自己 人们 医学 方面 情况 问题
方法 办法 方式 措施 方案 东西 样子 程度 水平 不能 不会 不要 不可 不得 不用 无需 小心 担心 放心
麻烦 痛苦 害怕 厉害 要紧 重要 因为 所以 如果 的话 由于 只是 又要 左右 大约 整天 全身 浑身 身上
身体 家里 我家 多了 好像 似乎 天生 连续 与其 并发 哪里 地方 一点儿 有点儿 有时候 想知道 不可以
不排除 是因为 差不多 时不时
"""
_QUESTIONS = """
吗 嘛 呢 么 哪 谁 几 咋 啥 什么 怎么 怎样 如何 哪些 哪个 哪种 多少 多大 何时 何种 是否 能否
可否 会否 咋样 为啥 哪儿 什么是 是什么 怎么样 干什么 是什么病 什么时候
"""
_NEGATIONS = """
没 无 不 未 没有 未见 未有 否认 并无 不伴 从未 不是 毫无 并没有 不伴有 从没有 没发现 未发现
没出现 未出现 没什么 无明显
"""

FILLERS = frozenset(_FILLERS.split())
"""Words that are passed over."""

QUESTIONS = frozenset(_QUESTIONS.split())
"""Words that make a sentence a question."""

NEGATIONS = frozenset(_NEGATIONS.split())
"""Words that deny the finding after them."""

LINKS = {
    "和": "and", "与": "and", "及": "and", "以及": "and", "跟": "and", "、": "and", "或": "or",
    "或者": "or", "还是": "or", "还有": "and also", "并且": "and also", "而且": "and also",
    "并": "and also", "同时": "and also", "又": "and also", "另外": "and also", "加上": "and also",
    "伴": "with", "伴有": "with", "合并": "with", "但": "but", "但是": "but", "可是": "but",
    "不过": "but", "却": "but", "只有": "but",
}  # fmt: skip
"""Links between terms. ``and`` and ``or`` carry a denial on to the next finding; others end it."""

PAUSES = {
    "，": ",", ",": ",", "；": ";", ";": ";", "。": ".", "！": ".", "!": ".", "：": ",", ":": ",",
    "？": "?", "?": "?", "\n": ".",
}  # fmt: skip
