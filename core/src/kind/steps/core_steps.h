#pragma once

#include <memory>

#include <dropzone/kind/step.h>
#include <dropzone/result.h>

namespace dropzone {

/// The factories of the core's steps, one for each file beside this one.
Result<std::unique_ptr<Step>> make_copy(const Value& definition);
Result<std::unique_ptr<Step>> make_keep(const Value& definition);
Result<std::unique_ptr<Step>> make_remove(const Value& definition);
Result<std::unique_ptr<Step>> make_rename(const Value& definition);
Result<std::unique_ptr<Step>> make_require(const Value& definition);
Result<std::unique_ptr<Step>> make_set(const Value& definition);
Result<std::unique_ptr<Step>> make_statistics(const Value& definition);

}  // namespace dropzone
