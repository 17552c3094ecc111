//! The catalogue of diagnostics: what each code means, in both languages.
//!
//! Must not know how mistakes are found. Invariant: a code is never reused, and codes stand in
//! order.

/// One kind of mistake.
pub struct Explanation {
    /// `POD-Y001`.
    pub code: &'static str,
    /// What is wrong in two or three words, in English.
    pub title: &'static str,
    /// The same in Chinese.
    pub chinese_title: &'static str,
    /// What it means and what to do, in English.
    pub english: &'static str,
    /// The same in Chinese.
    pub chinese: &'static str,
}

const fn entry(
    code: &'static str,
    title: &'static str,
    chinese_title: &'static str,
    english: &'static str,
    chinese: &'static str,
) -> Explanation {
    Explanation { code, title, chinese_title, english, chinese }
}

/// Every code, in order.
pub const CATALOGUE: [Explanation; 41] = [
    entry(
        "POD-F001",
        "Unknown field",
        "未知字段",
        "The kind has no field of this name, so a strict server refuses the whole object. Look for \
         a slip of the pen or a wrong indentation.",
        "该类型没有这个字段，严格校验会拒绝整个对象。请检查拼写或缩进。",
    ),
    entry(
        "POD-F002",
        "Wrong type",
        "类型不符",
        "The field wants another type than the one that stands here. A list has a dash before each \
         item, a mapping has keys; yes, on or 1.20 are text only in quotes.",
        "这里的值与字段要求的类型不同。列表的每一项前有短横线，映射由键组成；yes、on、1.20 等只有加引号才是字符串。",
    ),
    entry(
        "POD-F003",
        "Not a quantity",
        "不是数量",
        "A quantity is a number with an optional suffix, such as 500m, 2 or 1Gi.",
        "数量由数字和可选后缀组成，例如 500m、2 或 1Gi。",
    ),
    entry(
        "POD-F004",
        "Number too large",
        "数字超出范围",
        "The field holds a whole number of a fixed size, and this one is larger than fits.",
        "该字段的整数有固定大小，这个数字放不下。",
    ),
    entry(
        "POD-F005",
        "Not base64",
        "不是 base64",
        "Under data a Secret holds base64; text as it is belongs under stringData.",
        "Secret 的 data 中是 base64 编码的内容；原文应写在 stringData 中。",
    ),
    entry(
        "POD-F006",
        "Feature is off",
        "功能未启用",
        "The field belongs to a feature that is off by default in Kubernetes 1.36. The server takes \
         the object and leaves the field out.",
        "该字段属于 Kubernetes 1.36 中默认关闭的功能。服务器会接受对象，但忽略该字段。",
    ),
    entry(
        "POD-K001",
        "Nothing to apply",
        "没有可应用的内容",
        "An object begins with apiVersion and kind; a comment alone is none.",
        "对象以 apiVersion 和 kind 开头；只有注释不算对象。",
    ),
    entry(
        "POD-K002",
        "Not an object",
        "不是对象",
        "The document is no Kubernetes object: apiVersion, kind or metadata.name is missing or \
         unusable.",
        "该文档不是 Kubernetes 对象：缺少 apiVersion、kind 或 metadata.name，或其值不可用。",
    ),
    entry(
        "POD-K003",
        "Wrong apiVersion",
        "apiVersion 有误",
        "The kind exists, but not in this API version.",
        "该类型存在，但不属于这个 API 版本。",
    ),
    entry(
        "POD-K004",
        "No effect here",
        "在这里不起作用",
        "Objects of this kind are kept and listed, but nothing here acts on them.",
        "此类对象会被保存和列出，但在这里不起作用。",
    ),
    entry(
        "POD-K005",
        "Unknown kind",
        "未知类型",
        "Neither Kubernetes 1.36 nor a CustomResourceDefinition in this text knows the kind. It is \
         accepted only if such a definition was applied before.",
        "Kubernetes 1.36 和文本中的 CustomResourceDefinition 都不认识该类型；只有先应用相应的定义才会被接受。",
    ),
    entry(
        "POD-K006",
        "No such kind",
        "没有这种类型",
        "Kubernetes 1.36 has no kind of this name in this API group. Look for a slip of the pen.",
        "Kubernetes 1.36 的这个 API 组中没有这个名字的类型。请检查拼写。",
    ),
    entry(
        "POD-K007",
        "Two objects in one document",
        "一个文档里有两个对象",
        "A second object begins without a line of --- before it, so the two become one and what stands twice is lost.",
        "第二个对象前缺少一行“---”，两个对象会合并成一个，重复的部分会丢失。",
    ),
    entry(
        "POD-K008",
        "No kind",
        "缺少 kind",
        "A manifest says with apiVersion and kind what it is; without them nothing else can be \
         checked.",
        "清单用 apiVersion 和 kind 说明自己是什么；缺少它们就无法检查其他内容。",
    ),
    entry(
        "POD-K009",
        "File of another tool",
        "其他工具的文件",
        "The text is a file that another tool reads, not a manifest; the message says which and \
         what makes manifests of it.",
        "这段文本是其他工具使用的文件，不是清单；提示说明了它是什么，以及如何得到清单。",
    ),
    entry(
        "POD-S001",
        "Refused",
        "被拒绝",
        "The server refused this object and left everything of it as it was; a refusal stops no \
         other object of the text. The text is the server's own.",
        "服务器拒绝了这个对象，与它有关的一切保持不变；文本中的其他对象不受影响。提示是服务器的原文。",
    ),
    entry(
        "POD-V001",
        "No selector",
        "缺少 selector",
        "A workload needs a selector that says which Pods belong to it.",
        "工作负载需要 selector 来说明哪些 Pod 属于它。",
    ),
    entry(
        "POD-V002",
        "Selector does not match",
        "selector 不匹配",
        "The selector must match the labels of the template, else the workload would never find \
         the Pods that it makes.",
        "selector 必须匹配模板的标签，否则工作负载找不到自己创建的 Pod。",
    ),
    entry(
        "POD-V003",
        "No container",
        "没有容器",
        "A Pod needs at least one container.",
        "Pod 至少需要一个容器。",
    ),
    entry(
        "POD-V004",
        "Negative replicas",
        "副本数为负",
        "A number of replicas can't be negative.",
        "副本数不能为负。",
    ),
    entry(
        "POD-V005",
        "Required field",
        "缺少必填字段",
        "A field that the kind requires is missing or empty.",
        "缺少必填字段，或其值为空。",
    ),
    entry(
        "POD-V006",
        "Invalid value",
        "无效的值",
        "The value breaks a rule of the field; the text says which.",
        "值违反了该字段的规则，详见提示。",
    ),
    entry(
        "POD-V007",
        "Not allowed",
        "取值不被允许",
        "The field allows only certain words.",
        "该字段只允许特定的取值。",
    ),
    entry(
        "POD-V008",
        "Repeated name",
        "名称重复",
        "The same name or key stands twice where each must differ.",
        "此处的名称或键必须唯一，却出现了两次。",
    ),
    entry(
        "POD-V009",
        "Not there",
        "引用不存在",
        "The name refers to something that is not there, such as a volume that the Pod does not \
         have.",
        "引用的对象不存在，例如 Pod 中没有的卷。",
    ),
    entry(
        "POD-V010",
        "Forbidden here",
        "此处不能设置",
        "The field may not be set here, or not together with another one.",
        "该字段在此处不能设置，或不能与另一字段同时设置。",
    ),
    entry(
        "POD-V011",
        "Too long",
        "过长或过多",
        "The value is longer, or there are more of them, than Kubernetes allows.",
        "值过长，或数量超过 Kubernetes 的限制。",
    ),
    entry(
        "POD-V012",
        "Odd though valid",
        "有效但不妥",
        "The server takes the object and warns of this, or a node will not be able to do what it \
         says.",
        "服务器会接受这个对象，但会给出警告，或者节点无法照此执行。",
    ),
    entry(
        "POD-Y001",
        "Not valid YAML",
        "YAML 无效",
        "The text is not valid YAML.",
        "文本不是有效的 YAML。",
    ),
    entry(
        "POD-Y002",
        "Wrong indentation",
        "缩进有误",
        "A line stands at the wrong indentation; it belongs further right or left.",
        "该行缩进有误，应向右或向左移动。",
    ),
    entry(
        "POD-Y003",
        "Tab",
        "制表符",
        "YAML indents with spaces only; a tab is an error.",
        "YAML 只能用空格缩进，制表符是错误。",
    ),
    entry(
        "POD-Y004",
        "Repeated key",
        "键重复",
        "The same key stands twice in one mapping; only the last one counts.",
        "同一映射中键重复出现，只有最后一个有效。",
    ),
    entry(
        "POD-Y005",
        "Full-width characters",
        "全角字符",
        "A Chinese keyboard types full-width colons, commas, quotes and spaces; YAML knows only the \
         half-width ones.",
        "中文输入法会打出全角的冒号、逗号、引号和空格，YAML 只认半角字符。",
    ),
    entry(
        "POD-Y006",
        "No space after the colon",
        "冒号后缺少空格",
        "A key ends with a colon and a space; without the space the line is one long word.",
        "键以冒号加空格结尾；没有空格时，整行只是一个长单词。",
    ),
    entry(
        "POD-Y007",
        "No colon",
        "缺少冒号",
        "A key ends with a colon; without it the line belongs to the value above.",
        "键以冒号结尾；没有冒号时，这一行会被当作上面的值的一部分。",
    ),
    entry(
        "POD-Y008",
        "No space after the dash",
        "短横线后缺少空格",
        "An item of a list begins with a dash and a space; without the space the dash is part of the word.",
        "列表项以短横线加空格开头；没有空格时，短横线会成为单词的一部分。",
    ),
    entry(
        "POD-Y009",
        "Template expression",
        "模板表达式",
        "The text is a template, such as a Helm chart has, and no manifest yet: helm template renders it.",
        "这段文本是模板（例如 Helm 的模板），还不是清单；可用 helm template 渲染。",
    ),
    entry(
        "POD-Y010",
        "Invisible characters",
        "不可见字符",
        "Text copied from web pages or chats may hold no-break or zero-width spaces; YAML knows only plain ones.",
        "从网页或聊天中复制的文本可能含有不换行空格或零宽空格，YAML 只认普通空格。",
    ),
    entry(
        "POD-Y011",
        "Quotes needed",
        "需要引号",
        "Some marks mean something to YAML; a value that holds them as text stands in quotes.",
        "有些符号在 YAML 中有特殊含义；值中要按原样使用它们时需要加引号。",
    ),
    entry(
        "POD-Y012",
        "Not a text",
        "不是文本",
        "The file is no text, so there is no manifest in it.",
        "该文件不是文本，其中没有清单。",
    ),
    entry(
        "POD-Y013",
        "HTML's characters",
        "HTML 字符",
        "In the source of a web page some characters have names such as &quot; and &lt;; YAML knows only the characters themselves.",
        "网页源代码用 &quot;、&lt; 等名称表示某些字符，YAML 只认字符本身。",
    ),
];

/// What a code means.
pub fn explain(code: &str) -> Option<&'static Explanation> {
    CATALOGUE.iter().find(|one| one.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_order_and_none_twice() {
        assert!(CATALOGUE.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(explain("POD-F001").is_some() && explain("POD-X999").is_none());
    }
}
