#include <dropzone/query/filter_matcher.h>

#include <algorithm>
#include <map>
#include <utility>

namespace dropzone {
namespace {

bool is_before(const Value* left, const Value* right) noexcept {
  return compare_scalars(*left, *right) < 0;
}

bool are_equal(const Value* left, const Value* right) noexcept {
  return compare_scalars(*left, *right) == 0;
}

// A list and what is in no list's class fulfil nothing.
void add_operands(std::vector<const Value*>& list, const Value& operand, bool is_list) {
  if (!is_list) {
    if (operand.is_scalar()) list.push_back(&operand);
    return;
  }
  const Array* const array = operand.as_array();
  if (!array) return;
  for (const Value& element : *array) {
    if (element.is_scalar()) list.push_back(&element);
  }
}

void sort_list(std::vector<const Value*>& list) {
  std::ranges::sort(list, is_before);
  list.erase(std::unique(list.begin(), list.end(), are_equal), list.end());
}

bool takes_list(Operator op) noexcept { return op == Operator::in || op == Operator::not_in; }

bool is_positive(Operator op) noexcept { return op == Operator::equal || op == Operator::in; }

}  // namespace

bool FilterMatcher::Test::holds(const Value& scalar) const {
  return condition ? scalar_matches(*condition, scalar) : is_in(scalar);
}

bool FilterMatcher::Test::holds_for(const Value* value) const {
  if (condition) return value_matches(*condition, value);
  if (!value) return false;
  if (value->is_scalar()) return is_in(*value);
  const Array* const array = value->as_array();
  return array && std::ranges::any_of(*array, [this](const Value& element) {
           return element.is_scalar() && is_in(element);
         });
}

bool FilterMatcher::Test::is_in(const Value& scalar) const {
  return std::ranges::binary_search(list, &scalar, is_before) == is_in_list;
}

/// A filter's look at one record.
class FilterMatcher::Evaluation {
 public:
  Evaluation(std::string_view id, const FieldSource& data, Watch& watch)
      : id_(id), data_(data), watch_(watch) {}

  bool matches(const Node& node) {
    const auto matches_one = [this](const Node& inner) { return matches(inner); };
    switch (node.type) {
      case Node::Type::all_of: return std::ranges::all_of(node.nodes, matches_one);
      case Node::Type::any_of: return std::ranges::any_of(node.nodes, matches_one);
      case Node::Type::test: return matches(node.test);
    }
    return false;
  }

 private:
  bool matches(const Test& test) {
    if (watch_.was_over()) return false;
    if (test.field->is_id()) return test.holds(Value(id_));
    const bool known = field_ && *field_ == *test.field;
    if (!known) {
      field_ = test.field;
      value_ = data_.find(*test.field);
    }
    const Array* const array = value_ ? value_->as_array() : nullptr;
    const std::size_t work = (known ? 0 : data_.work_of_find()) + (array ? array->size() / 8 : 0);
    return !watch_.is_over(1 + work) && test.holds_for(value_);
  }

  std::string_view id_;
  const FieldSource& data_;
  Watch& watch_;
  // What was found last: tests of one field are often neighbours.
  const FieldPath* field_ = nullptr;
  const Value* value_ = nullptr;
};

FilterMatcher::FilterMatcher(const Filter& filter) : root_(make(filter)) {}

bool FilterMatcher::matches(std::string_view id, const FieldSource& data, Watch& watch) const {
  return Evaluation(id, data, watch).matches(root_);
}

// Recurses as deep as the filter's `and` and `or` are nested.
FilterMatcher::Node FilterMatcher::make(const Filter& filter) {
  if (const auto* condition = std::get_if<Condition>(&filter.node)) {
    Test test{.field = &condition->field};
    if (takes_list(condition->op)) {
      add_operands(test.list, condition->operand, true);
      sort_list(test.list);
      test.is_in_list = condition->op == Operator::in;
    } else {
      test.condition = condition;
    }
    return {.type = Node::Type::test, .test = std::move(test)};
  }
  if (const auto* disjunction = std::get_if<Filter::Or>(&filter.node)) {
    return make_any_of(disjunction->filters);
  }
  Node node;
  for (const Filter& part : std::get<Filter::And>(filter.node).filters) {
    node.nodes.push_back(make(part));
  }
  return node;
}

// A field that is equal to one of several values is in the list of them; an array is, too, as one
// element is enough.
FilterMatcher::Node FilterMatcher::make_any_of(const std::vector<Filter>& filters) {
  Node node{.type = Node::Type::any_of};
  std::map<FieldPath, std::size_t> lists;  // Places in node.nodes.
  for (const Filter& part : filters) {
    const auto* const condition = std::get_if<Condition>(&part.node);
    if (!condition || !is_positive(condition->op)) {
      node.nodes.push_back(make(part));
      continue;
    }
    const auto [place, is_new] = lists.try_emplace(condition->field, node.nodes.size());
    if (is_new) {
      node.nodes.push_back({.type = Node::Type::test, .test = {.field = &condition->field}});
    }
    add_operands(node.nodes[place->second].test.list, condition->operand,
                 takes_list(condition->op));
  }
  for (const auto& [field, place] : lists) sort_list(node.nodes[place].test.list);
  return node;
}

}  // namespace dropzone
