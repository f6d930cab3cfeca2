#include "schema.h"

#include <map>

#include "schema_parser.h"

namespace dropzone {
namespace {

using Ref = SchemaNode::Ref;

/// Looks for schemas that ask themselves of the same value, without end.
class CircleFinder {
 public:
  // Depth first, without recursion: a chain of references may be long.
  Ref find(Ref start) {
    struct Step {
      Ref node;
      std::vector<Ref> inner;
    };
    if (state_[start] == State::done) return nullptr;
    std::vector<Step> path{{start, schemas_of_same_value(*start)}};
    state_[start] = State::under_way;
    while (!path.empty()) {
      auto& [node, inner] = path.back();
      if (inner.empty()) {
        state_[node] = State::done;
        path.pop_back();
        continue;
      }
      const Ref next = inner.back();
      inner.pop_back();
      if (state_[next] == State::under_way) return next;
      if (state_[next] == State::done) continue;
      state_[next] = State::under_way;
      path.push_back({next, schemas_of_same_value(*next)});
    }
    return nullptr;
  }

 private:
  enum class State { unseen, under_way, done };
  std::map<Ref, State> state_;
};

}  // namespace

std::vector<Ref> schemas_of_same_value(const SchemaNode& node) {
  std::vector<Ref> all;
  for (const auto* list : {&node.all_of, &node.any_of, &node.one_of}) {
    all.insert(all.end(), list->begin(), list->end());
  }
  for (const auto& dependency : node.dependencies) all.push_back(dependency.schema);
  for (const Ref one : {node.reference, node.negated, node.condition, node.then, node.otherwise}) {
    all.push_back(one);
  }
  std::erase(all, nullptr);
  return all;
}

Result<Schema> Schema::parse(const Value& definition) {
  SchemaParser parser(definition);
  parser.read(definition);
  if (parser.fault()) return *parser.fault();
  CircleFinder circles;
  for (const SchemaNode& node : parser.nodes()) {
    if (const Ref circle = circles.find(&node)) {
      parser.refuse(parser.definition_of(circle),
                    "The schema asks itself of the same value, "
                    "without end.");
      return *parser.fault();
    }
  }
  // The nodes refer to each other, and a deque that is moved leaves them where they are.
  return Schema(std::make_unique<const std::deque<SchemaNode>>(std::move(parser.nodes())));
}

}  // namespace dropzone
