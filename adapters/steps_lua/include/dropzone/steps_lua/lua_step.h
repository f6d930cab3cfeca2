#pragma once

#include <memory>

#include <dropzone/kind/step.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Makes the step `lua`, which runs a Lua 5.4 script on each record:
/// `{"source": TEXT or [LINE, ...], "max_instructions"?, "max_memory_bytes"?}`.
///
/// The script changes the table `record` in place, or returns another table. What it may call is
/// in docs/steps.md: nothing that reaches outside the script, reads the time or makes something
/// random. A script that fails, or needs more than its limits, refuses the record: `step_failed`
/// with its message and line. A syntax error is a fault of the definition.
///
/// The step keeps some idle interpreters, so that none is made for each record. No record sees
/// what a script did to another one.
Result<std::unique_ptr<Step>> make_lua(const Value& definition);

}  // namespace dropzone
