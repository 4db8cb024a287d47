//! The rules for the names of application privileges, in Elasticsearch's words.

/// What no suffix of an application's name may contain.
const NOT_IN_SUFFIX: &str = r#"\/*?"<>| ,"#;

/// What is wrong with the name of an application, if anything.
pub(crate) fn application_error(application: &str) -> Option<String> {
    if application.contains('*') {
        return Some(format!("Application names may not contain '*' (found '{application}')"));
    }
    without_wildcard_error(application, false)
}

/// What is wrong with the name of an application that may be `*` or end in `*`, if anything.
pub(crate) fn application_or_wildcard_error(application: &str) -> Option<String> {
    match application.split_once('*') {
        None => without_wildcard_error(application, false),
        Some(("", "")) => None,
        Some((start, "")) => without_wildcard_error(start, true),
        Some(_) => Some(format!(
            "Application name patterns only support trailing wildcards (found '{application}')"
        )),
    }
}

/// What is wrong with an application's name, or with what stands before its wildcard.
fn without_wildcard_error(name: &str, wildcard: bool) -> Option<String> {
    if name.trim().is_empty() {
        return Some("Application names cannot be blank".to_owned());
    }
    if name.contains(char::is_whitespace) {
        let found = if wildcard { "*" } else { "" };
        return Some(format!(
            "Application names may not contain whitespace (found '{name}{found}')"
        ));
    }
    let (prefix, suffix) = name.split_once(['_', '-']).unwrap_or((name, ""));
    let mut bytes = prefix.bytes();
    if !bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        || !bytes.all(|byte| byte.is_ascii_alphanumeric())
    {
        return Some(format!(
            "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$ (found \
             '{prefix}')"
        ));
    }
    if prefix.len() < 3 && !wildcard {
        return Some(format!(
            "An application name prefix must be at least 3 characters long (found '{prefix}')"
        ));
    }
    suffix.contains(|c| NOT_IN_SUFFIX.contains(c)).then(|| {
        format!(
            "An application name suffix may not contain any of the characters \
             '{NOT_IN_SUFFIX}' (found '{suffix}')"
        )
    })
}

/// Whether what a role or a check names is an application privilege; otherwise it is a pattern of
/// actions.
pub(crate) fn is_privilege_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// What is wrong with the name of an application privilege, if anything.
pub(crate) fn privilege_error(name: &str) -> Option<String> {
    (!is_privilege_name(name)).then(|| {
        format!(
            "Application privilege names must match the pattern ^[a-z][a-zA-Z0-9_.-]*$ (found \
             '{name}')"
        )
    })
}

/// What is wrong with what a role names as a privilege or an action of an application, if anything.
pub(crate) fn privilege_or_action_error(text: &str) -> Option<String> {
    (!text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| {
        format!(
            r"Application privilege names and actions must match the pattern ^\p{{Graph}}*$ (found '{text}')"
        )
    })
}

/// What is wrong with an action of an application privilege, if anything.
pub(crate) fn action_error(action: &str) -> Option<String> {
    if !action.contains(['/', '*', ':']) {
        return Some(format!("action [{action}] must contain one of [ '/' , '*' , ':' ]"));
    }
    privilege_or_action_error(action)
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
