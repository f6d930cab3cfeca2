#pragma once

#include <memory>

#include <dropzone/kind/step.h>
#include <dropzone/result.h>

namespace dropzone {

Result<std::unique_ptr<Step>> make_extract(const Value& definition);
Result<std::unique_ptr<Step>> make_redact(const Value& definition);
Result<std::unique_ptr<Step>> make_replace(const Value& definition);

}  // namespace dropzone
