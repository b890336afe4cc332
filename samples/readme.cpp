#include <retold/retold.hpp>
#include <iostream>

int main() {
  std::vector<retold::document> articles;
  retold::read({"samples/news"}, {}, [&](retold::document&& d) { articles.push_back(std::move(d)); });

  const retold::clustering found = retold::cluster(std::move(articles));
  for (const retold::group& story : found.groups)
    std::cout << story.documents.size() << "  " << story.title << '\n';
}
