//! What the parser complains of, in plain words of both languages.
//!
//! Must not know where it was found. Invariant: every complaint has words in each language; the
//! rare ones share a sentence.

use granit_parser::ErrorKind;

use crate::text::{Diagnostic, Related, Span};

/// A complaint about a place behind a bracket that only has to be closed, told at the bracket.
pub fn at_bracket(text: &str, one: Diagnostic) -> Diagnostic {
    let [open] = &one.others[..] else { return one };
    let start = open.span.start as usize;
    let (bracket, close) = match text.as_bytes().get(start) {
        Some(b'[') => ('[', "]"),
        Some(b'{') => ('{', "}"),
        _ => return one,
    };
    let edits = one.fix.as_ref().map_or(&[][..], |fix| &fix.edits);
    if !matches!(edits, [edit] if edit.text == close) {
        return one;
    }
    let line = text[start..].lines().next().unwrap_or_default().trim_end();
    let end = open.span.start + u32::try_from(line.len()).unwrap_or(0);
    let below = (one.primary.start > end).then(|| Related {
        span: one.primary,
        message: "this is still inside it".to_owned(),
        chinese: "这里仍在括号内".to_owned(),
    });
    Diagnostic {
        message: format!("This is not valid YAML: `{bracket}` is not closed."),
        chinese: format!("这不是有效的 YAML：“{bracket}”没有闭合。"),
        primary: Span { start: open.span.start, end },
        others: below.into_iter().collect(),
        ..one
    }
}

/// A reason in English and in Chinese, as the end of a sentence.
pub(super) fn reason(kind: &ErrorKind) -> (String, String) {
    let (english, chinese) = match kind {
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (
                format!("what `{open}` opens is closed by `{close}`"),
                format!("用“{open}”打开的内容却用“{close}”闭合"),
            );
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            return (format!("`{open}` is never closed"), format!("“{open}”没有闭合"));
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let character = character.escape_default();
            return (
                format!("nothing can begin with the character `{character}`"),
                format!("内容不能以字符“{character}”开头"),
            );
        }
        ErrorKind::Custom(why) => return (why.clone(), why.clone()),
        other => words(other),
    };
    (english.to_owned(), chinese.to_owned())
}

fn words(kind: &ErrorKind) -> (&'static str, &'static str) {
    structure(kind)
        .or_else(|| quotes(kind))
        .or_else(|| tags(kind))
        .unwrap_or(("the parser can't go on here", "解析到这里无法继续"))
}

/// Keys, items, brackets and indentation.
fn structure(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind as E;
    Some(match kind {
        E::UnexpectedEofFlowSequence => ("the list is not closed with `]`", "列表没有用“]”闭合"),
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping => {
            ("the mapping is not closed with `}`", "映射没有用“}”闭合")
        }
        E::UnexpectedEofBlockSequence | E::UnexpectedEofBlockMapping | E::UnexpectedEof => {
            ("the text ends too early", "文本过早结束")
        }
        E::ExpectedDocumentStart => (
            "the document has ended; a new one begins with `---`",
            "文档已经结束；新文档以“---”开头",
        ),
        E::ExpectedNodeContent => ("a value is missing", "缺少值"),
        E::ExpectedBlockMappingKey => {
            ("a key was expected at this indentation", "在这个缩进层级应当是一个键")
        }
        E::ExpectedFlowMappingSeparator => ("`,` or `}` was expected", "应为“,”或“}”"),
        E::ExpectedFlowSequenceSeparator => ("`,` or `]` was expected", "应为“,”或“]”"),
        E::ExpectedBlockSequenceEntry => (
            "an item with `-` was expected at this indentation",
            "在这个缩进层级应当是以“-”开头的列表项",
        ),
        E::SimpleKeyExpected => ("the key has no `:`", "键后面缺少“:”"),
        E::InvalidSimpleKey => {
            ("a key must stand on one line, with its `:`", "键必须与它的“:”在同一行")
        }
        E::InvalidDocumentEnd => ("nothing may follow `...`", "“...”之后不能有内容"),
        E::InvalidIndentation => {
            ("the indentation fits no level above", "缩进与上面任何层级都不符")
        }
        E::BomInsideDocument => {
            ("a byte order mark stands inside the document", "文档中间有字节顺序标记（BOM）")
        }
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::TabInPlainScalar => ("a tab may not stand here", "这里不能使用制表符"),
        E::CommentInterceptedScalar => {
            ("a comment breaks the value off that goes on below", "注释打断了下面还在继续的值")
        }
        E::ExpectedWhitespace => ("a space is missing", "缺少空格"),
        E::CommentNotSeparated => ("a space is missing before `#`", "“#”前面缺少空格"),
        E::MisplacedFlowCollectionEnd => ("the bracket closes nothing", "这个括号没有对应的开括号"),
        E::RecursionLimitExceeded => ("it is nested too deeply", "嵌套过深"),
        E::BlockEntryInFlowCollection | E::BlockSequenceEntryNotAllowed => {
            ("a list item with `-` may not begin here", "这里不能以“-”开始列表项")
        }
        E::InvalidBlockEntryWhitespace => ("a space must follow `-`", "“-”后面必须有空格"),
        E::MappingKeyNotAllowed => ("a key may not stand here", "这里不能有键"),
        E::MappingValueNotAllowed => (
            "a second `:` makes no sense here; the indentation may be wrong, or quotes are missing",
            "这里不应再出现“:”；请检查缩进，或给值加上引号",
        ),
        E::InvalidMappingValueWhitespace | E::FlowMappingValueAdjacentCollection => {
            ("a space must follow `:`", "“:”后面必须有空格")
        }
        E::InvalidColonPlacement => ("`:` may not stand here", "这里不能有“:”"),
        E::InvalidFlowScalarIndent => {
            ("inside brackets, lines must be indented further", "括号内的行必须缩进更深")
        }
        _ => return None,
    })
}

/// Values: quoted, plain and over several lines.
fn quotes(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind as E;
    Some(match kind {
        E::ZeroBlockScalarIndent | E::InvalidBlockScalarHeader => (
            "after `|` or `>` only a comment or a new line may follow",
            "“|”或“>”之后只能是注释或换行",
        ),
        E::InvalidBlockScalarIndent => {
            ("a line of the text block is indented wrongly", "文本块中有一行缩进不对")
        }
        E::DocumentIndicatorInQuotedScalar | E::UnclosedQuotedScalar => {
            ("a quote is not closed", "引号没有闭合")
        }
        E::InvalidQuotedScalarIndent => {
            ("a quoted value that goes on must be indented further", "跨行的引号内容必须缩进更深")
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            ("nothing may follow the closing quote", "右引号之后不能再有内容")
        }
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => (
            "in double quotes `\\` begins an escape, and this one is unknown",
            "双引号中“\\”表示转义，而这个转义无法识别",
        ),
        E::PlainScalarStartsWithDashFlowIndicator => {
            ("a value without quotes can't begin like this", "不加引号的值不能这样开头")
        }
        E::UnexpectedEndOfPlainScalar => ("the value breaks off", "值在这里中断"),
        _ => return None,
    })
}

/// Anchors, tags and directives, which manifests hardly use.
fn tags(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind as E;
    Some(match kind {
        E::UnknownAnchor => ("`*` names an anchor that is nowhere set", "“*”引用了未定义的锚点"),
        E::MissingAnchorOrAliasName => {
            ("after `&` or `*` a name must follow", "“&”或“*”后面必须是名称")
        }
        E::AnchorCountOverflow => ("there are too many anchors", "锚点过多"),
        E::ExpectedTagBang
        | E::UndeclaredTagHandle
        | E::InvalidGlobalTagCharacter
        | E::InvalidTagTerminator
        | E::MissingTagUri
        | E::UnclosedVerbatimTag
        | E::InvalidTagEscape
        | E::InvalidTagUtf8LeadingByte
        | E::InvalidTagUtf8TrailingByte
        | E::InvalidTagUtf8 => (
            "`!` begins a tag, and this is none; put the value in quotes",
            "“!”表示标签，而这里不是有效的标签；请给值加上引号",
        ),
        E::DuplicateVersionDirective
        | E::UnsupportedYamlMajorVersion
        | E::DuplicateTagDirective
        | E::MissingDocumentEndBeforeDirective
        | E::ExpectedTagDirectiveBang
        | E::InvalidDirectiveTerminator
        | E::DirectiveDisallowed
        | E::MissingYamlVersionSeparator
        | E::MissingDirectiveName
        | E::InvalidDirectiveName
        | E::YamlVersionTooLong
        | E::MissingYamlVersion
        | E::InvalidTagDirectiveTerminator => (
            "`%` at the start of a line begins a directive, and this is none",
            "行首的“%”表示指令，而这里不是有效的指令",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use granit_parser::Parser;

    fn why(text: &str) -> (String, String) {
        let error = Parser::new_from_str(text).find_map(Result::err).expect("it is wrong");
        reason(error.kind())
    }

    #[test]
    fn a_bracket_that_is_not_closed_is_told_where_it_stands() {
        for (bad, bracket, below) in [
            ("a:\n  b: [\"c\", \"d\"\n  e:\n  - f: 1\n", "[\"c\", \"d\"", Some(":")),
            ("a:\n  b: {c: d,\n  e: 1\n", "{c: d,", None),
            ("a:\n  b: [\"c\", \"d\"\n", "[\"c\", \"d\"", None),
        ] {
            let own = Span { start: 0, end: u32::try_from(bad.len()).expect("a short text") };
            let ways = crate::text::read_document(bad, own).ways.into_iter();
            let mut ways = ways.map(|way| at_bracket(bad, way));
            let one = ways.find(|one| one.message.ends_with("is not closed.")).expect("it is told");
            let range = |span: Span| span.start as usize..span.end as usize;
            let name = &bracket[..1];
            assert_eq!(one.message, format!("This is not valid YAML: `{name}` is not closed."));
            assert_eq!(one.chinese, format!("这不是有效的 YAML：“{name}”没有闭合。"));
            assert_eq!(&bad[range(one.primary)], bracket);
            let rest = one.others.first().map(|other| &bad[range(other.span)]);
            assert_eq!(rest, below, "{bad}");
            let after = one.fix.as_ref().expect("it can be mended").apply(bad);
            assert!(crate::text::complaint(&after).is_none(), "{after}");
        }
    }

    #[test]
    fn complaints_are_told_in_both_languages() {
        for (text, english, chinese) in [
            ("a: [1, 2", "`[` is never closed", "“[”没有闭合"),
            ("a: \"b", "a quote is not closed", "引号没有闭合"),
            ("a: b: c", "a second `:` makes no sense here", "这里不应再出现“:”"),
            ("a: *b", "`*` names an anchor that is nowhere set", "“*”引用了未定义的锚点"),
            ("a: \"\\q\"", "in double quotes `\\` begins an escape", "双引号中“\\”表示转义"),
            ("a: [1}", "what `[` opens is closed by `}`", "用“[”打开的内容却用“}”闭合"),
            ("a: @b", "nothing can begin with the character `@`", "内容不能以字符“@”开头"),
        ] {
            let (in_english, in_chinese) = why(text);
            assert!(in_english.starts_with(english), "{text}: {in_english}");
            assert!(in_chinese.starts_with(chinese), "{text}: {in_chinese}");
        }
    }
}
