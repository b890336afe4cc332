// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words that say how a sentence is built and not what it is about (part of the stories stage). Document frequency finds them by
// itself in a collection of one language; the few articles of a second language would seem to share rare words without this.
// Written from general knowledge of the languages, not from any collection; spelt as usual, folded before use.

#include <array>
#include <string_view>

namespace retold {

inline constexpr auto function_words = std::to_array<std::string_view>({
    // English
    "the of and to in is was for on that with as by at from it his her its he she they them their we our us you your my me an "
    "be been are were has have had will would can could may might must shall should do does did not no nor but or if so than "
    "then there here this these those which who whom whose what when where why how all any both each more most other some such "
    "only own same too very just also after before about against between into through during above below up down out off over "
    "under again further once because while until said says say one two new like many much now even still however",
    // French
    "le la les un une des du de et en au aux ce cet cette ces il elle ils elles on nous vous leur leurs son sa ses mon ma mes "
    "notre nos votre vos qui que quoi dont où ne pas plus moins très trop mais ou donc or ni car si comme dans par pour sur "
    "sous avec sans entre vers chez après avant pendant depuis contre selon lors été est sont était étaient être a ont avait "
    "avaient avoir fait faire peut deux tout tous toute toutes aussi encore même autre autres alors ainsi quand y lui se sera "
    "déjà cela celle celui ceux",
    // German
    "der die das den dem des ein eine einen einem einer eines und oder aber doch denn dass daß weil wenn als wie ob zu zum zur "
    "im in am an auf aus bei beim mit nach von vom vor für über unter um durch gegen ohne bis seit zwischen während ist sind "
    "war waren wird werden wurde wurden worden sein hat haben hatte hatten habe kann können konnte soll sollen muss müssen "
    "nicht kein keine auch noch nur schon sehr mehr so er sie es wir ihr ihre ihren ihrem ihrer seine seinen seiner sich man "
    "dieser diese dieses diesen diesem was wer wo zwei nun immer alle",
    // Spanish
    "el los las uno unos unas del al y o u e pero que quien cuyo cual cuando donde como si no ni más menos muy ya también "
    "sólo solo sin con por para sobre entre hasta desde hacia tras según durante contra ante bajo es son era eran fue fueron "
    "ser sido está están estaba estar ha han había habían haber hay hace su sus se lo le les nos me mi esta este esto estos "
    "estas ese esa eso aquel todo todos toda todas otro otra otros otras dos tan así porque aunque mientras",
    // Italian
    "il lo gli i uno dello della dei degli delle dal dalla dai dalle nel nello nella nei nelle sul sulla sui sulle col ed ma "
    "che chi cui quale quando dove come se non più meno molto anche ancora già solo senza con per tra fra fino verso dopo "
    "prima durante contro secondo sono era erano stato stata stati state essere ha hanno aveva avevano avere suo sua suoi sue "
    "loro si ci ne mi questo questa questi queste quello quella tutto tutti tutte altro altri due così perché mentre alla ai "
    "alle allo agli",
    // Portuguese
    "o os as um uma uns umas do da dos das no na nos nas ao aos à às pelo pela pelos pelas e mas que quem cujo qual quando "
    "onde "
    "como se não nem mais menos muito também já só sem com por para sobre entre até desde após segundo durante contra é são "
    "era eram foi foram ser sido está estão estava estar tem têm tinha ter há seu sua seus suas lhe ele ela eles elas isto "
    "isso "
    "este esta estes estas esse essa esses todo todos toda todas outro outra outros dois duas porque enquanto",
    // Dutch
    "de het een en of maar dat die dit deze als dan om te van voor op aan bij met naar uit over onder tussen tegen door zonder "
    "tot sinds tijdens is zijn was waren wordt worden werd werden geweest heeft hebben had hadden kan kunnen kon zal zullen "
    "moet moeten niet geen ook nog al wel zeer meer zo hij zij ze we wij hun haar zich er hier daar wat wie waar hoe twee",
    // Swedish, Danish, Norwegian
    "och att det den en ett som på av för med till från om är var har hade ska skulle kan kunde inte men eller så när där han "
    "hon de vi sig sin sina efter under över mot mellan vid hos också redan mycket mer än alla två og at et af til fra er som "
    "på ikke eller så når der han hun de vi sig sin sine efter under over mod mellem ved også meget mere end alle to å på av "
    "etter mot også bare var ble blir har hadde skal ville må være blev bliver være",
    // Polish, Czech, Romanian, Hungarian, Turkish
    "i w z na do o od po za przez dla przy bez się nie że to jest są był była było były być jak ale lub oraz który która które "
    "których tym tego tej ten ta jego jej ich już także tylko może a ve v se k ke s ze na za po před pro při od do že je jsou "
    "byl byla bylo byli být jako ale nebo který která které jeho její jejich tak také jen už si și în la cu de pe din pentru "
    "care este sunt fost a au că nu mai un o ale lui sau dar după prin între până az egy és hogy nem is van volt a meg csak "
    "mint már de ha vagy aki amely ve bir bu da de için ile olarak olan daha çok en gibi kadar sonra ancak ise ne o ya mi",
    // Russian, Ukrainian
    "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о "
    "из ему теперь когда даже ну если уже или ни быть был него до вас опять уж вам ведь там потом себя ничего ей может они тут "
    "где есть надо ней для мы тебя их чем была были сам чтоб без будто чего раз тоже себе под будет при об это этот эта эти "
    "этого после также более между который которая которые которых через перед над два і й та у в на з із зі до від по за про "
    "що як не але або чи це цей ця ці того був була було були бути є його її їх який яка які яких також вже ще після через "
    "між під над для при щоб коли де",
    // Arabic
    "في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن إن أن أو ثم قد كان كانت يكون بعد قبل بين حتى عند منذ كل "
    "بعض غير هو هي هم كما لكن حين خلال ضد نحو أي أيضا وقد وفي ومن وعلى وكان وكانت وهو وهي بأن لأن",
    // Vietnamese, Indonesian
    "và của là có được cho các những một trong với không này đã đang sẽ để khi từ người đến về ra vào cũng như nhưng hay hoặc "
    "tại trên dưới sau trước theo vì nên mà thì đó rất nhiều hơn nhất lại còn chỉ mới vẫn phải bị do bởi nếu tuy dù bằng giữa "
    "ngoài lên xuống qua đi đây kia nào gì ai sao đâu mình tôi ta chúng anh chị ông bà họ nó cái chiếc việc sự điều mọi mỗi "
    "từng "
    "cùng ngay luôn thường đều khác cả hết nữa thêm chưa chẳng làm nói biết thấy nay hiện lúc thể bên hai yang dan di ke dari "
    "untuk dengan pada ini itu tidak adalah akan telah sudah juga oleh dalam sebagai karena atau",
    // Greek
    "και το του της τον την η ο οι τα τους τις στο στη στην στον στις στους με για από που να δεν θα είναι ήταν έχει έχουν ως "
    "αλλά ή αν μια ένα ένας αυτό αυτή αυτός μετά κατά προς",
});

}  // namespace retold
