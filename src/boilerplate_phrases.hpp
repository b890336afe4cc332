// SPDX-License-Identifier: Apache-2.0
#pragma once
// How pages call their readers to action. Written as they stand on pages; folded before use. From reading news sites, not from
// any data set that retold is measured on.

#include <array>
#include <string_view>

namespace retold {

// A line of up to 30 words that opens so is no sentence of an article.
inline constexpr auto call_phrases = std::to_array<std::string_view>({
    // English
    "read more", "read also", "also read", "read next", "see also", "related articles", "related stories",
    "most read", "you may also like", "continue reading", "sign up for", "sign up to",
    "subscribe to", "subscribe now", "click here", "download our app", "all rights reserved", "this article was originally published",
    // French
    "lire aussi", "à lire aussi", "à lire également", "lire également", "lire la suite", "voir aussi",
    "sur le même sujet", "abonnez-vous", "inscrivez-vous", "suivez-nous", "suivez toute l’actualité", "recevez nos",
    "recevez notre", "retrouvez-nous", "partager sur", "partagez cet article", "tous droits réservés", "cliquez ici",
    // German
    "lesen sie auch", "lesen sie mehr", "mehr zum thema", "auch interessant", "jetzt abonnieren", "abonnieren sie",
    "folgen sie uns", "melden sie sich", "alle rechte vorbehalten", "zum newsletter",
    // Spanish, Portuguese, Italian, Dutch
    "lea también", "lee también", "ver también", "leer más", "te puede interesar", "noticias relacionadas", "suscríbete",
    "suscríbase", "síguenos", "todos los derechos reservados", "leia também", "leia mais", "inscreva-se", "siga-nos",
    "leggi anche", "iscriviti alla", "seguici su", "lees ook", "lees meer", "meld je aan",
    // Russian
    "читайте также", "читать далее", "подпишитесь", "подписывайтесь", "все права защищены", "следите за нами",
    // Arabic
    "اقرأ أيضا", "اقرأ المزيد", "اشترك في", "تابعونا على", "جميع الحقوق محفوظة",
    // Chinese, Japanese
    "阅读更多", "相关阅读", "延伸阅读", "相关新闻", "点击订阅", "点击查看", "关注我们", "订阅我们", "版权所有", "関連記事",
    "続きを読む", "あわせて読みたい", "こちらもおすすめ", "メールマガジン", "無断転載",
    // Thai, Vietnamese
    "อ่านเพิ่มเติม", "อ่านต่อ", "ข่าวที่เกี่ยวข้อง", "สมัครรับ", "ติดตามเรา", "สงวนลิขสิทธิ์", "xem thêm", "đọc thêm",
});

// Sentences of an article may open so too: a line of up to eight words that does not end as a sentence does.
inline constexpr auto call_beginnings = std::to_array<std::string_view>({
    "more from", "more on this", "follow us", "share this", "get the latest", "get our", "join our", "à lire", "recevez",
    "partagez", "folgen sie", "mehr von", "más de", "altro da",
});

// Single words that label a scrap: a line of up to three words that is no sentence.
inline constexpr auto call_labels = std::to_array<std::string_view>({
    "advertisement", "newsletter", "subscribe", "share", "related", "publicité", "partager", "infolettre", "anzeige",
    "werbung", "publicidad", "pubblicità", "реклама", "إعلان", "广告", "広告", "โฆษณา",
});

}  // namespace retold
