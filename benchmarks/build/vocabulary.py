"""Words of ten languages in six scripts, from which the corpus makes its sentences. Every entry is a word people write."""

from __future__ import annotations

_LISTS = {
    "en": """
    market client price offer letter office team week month quarter question answer plan budget report meeting contract
    delivery service product company partner customer invoice payment training season harvest bakery workshop factory
    shop street village city country border road river bridge train morning evening winter summer the a our their every
    some many few good better clear simple quiet early late small large local honest careful useful writes sends reads
    asks answers buys sells builds repairs measures compares promises delivers keeps finds with without before after
    between because although when where who and or but then still already often never always slowly together
    """,
    "gu": """
    બજાર ગ્રાહક ભાવ કાગળ કચેરી ટુકડી અઠવાડિયું મહિનો વર્ષ સવાલ જવાબ યોજના ખર્ચ અહેવાલ બેઠક કરાર સેવા માલ પેઢી ભાગીદાર
    બિલ ચુકવણી તાલીમ મોસમ પાક દુકાન શેરી ગામ શહેર દેશ સરહદ રસ્તો નદી પુલ ગાડી સવાર સાંજ શિયાળો ઉનાળો અમારું તેમનું દરેક
    કેટલાક ઘણા થોડા સારું વધુ સ્પષ્ટ સરળ શાંત વહેલું મોડું નાનું મોટું સ્થાનિક સાચું ઉપયોગી લખે મોકલે વાંચે પૂછે ખરીદે વેચે
    બનાવે માપે સરખાવે આપે રાખે શોધે સાથે વગર પહેલાં પછી વચ્ચે કારણ જ્યારે ક્યાં કોણ અને અથવા પણ હજી ઘણીવાર ક્યારેય હંમેશા
    ધીમે ભેગા કામ વેપાર સમય વાત નોંધ કિંમત નફો
    """,
    "mr": """
    बाजार ग्राहक किंमत पत्र कार्यालय संघ आठवडा महिना वर्ष प्रश्न उत्तर योजना खर्च अहवाल बैठक करार सेवा माल कंपनी भागीदार
    देयक प्रशिक्षण हंगाम पीक दुकान गल्ली गाव शहर देश सीमा रस्ता नदी पूल गाडी सकाळ संध्याकाळ हिवाळा उन्हाळा आमचे त्यांचे
    प्रत्येक काही अनेक थोडे चांगले अधिक स्पष्ट सोपे शांत लवकर उशिरा लहान मोठे स्थानिक खरे उपयुक्त लिहितो पाठवतो वाचतो
    विचारतो विकतो बांधतो मोजतो देतो ठेवतो शोधतो सोबत शिवाय आधी नंतर मध्ये कारण जेव्हा कुठे कोण आणि किंवा पण अजून नेहमी
    कधीच हळूहळू एकत्र काम व्यापार वेळ गोष्ट नोंद नफा मदत कुटुंब शेतकरी
    """,
    "bn": """
    বাজার গ্রাহক দাম চিঠি অফিস দল সপ্তাহ মাস বছর প্রশ্ন উত্তর পরিকল্পনা খরচ প্রতিবেদন বৈঠক চুক্তি সেবা পণ্য প্রতিষ্ঠান
    অংশীদার বিল প্রশিক্ষণ মৌসুম ফসল দোকান রাস্তা গ্রাম শহর দেশ সীমান্ত নদী সেতু ট্রেন সকাল সন্ধ্যা শীত গ্রীষ্ম আমাদের তাদের
    প্রতিটি কিছু অনেক অল্প ভালো আরও স্পষ্ট সহজ শান্ত আগে দেরি ছোট বড় স্থানীয় সৎ দরকারি লেখে পাঠায় পড়ে জিজ্ঞাসা কেনে
    বেচে বানায় মাপে তুলনা দেয় রাখে খোঁজে সঙ্গে ছাড়া পরে মধ্যে কারণ যখন কোথায় কে এবং অথবা কিন্তু এখনও প্রায়ই কখনও সবসময়
    ধীরে একসঙ্গে কাজ ব্যবসা সময় কথা লাভ সাহায্য পরিবার কৃষক
    """,
    "uz": """
    bozor mijoz narx xat idora jamoa hafta oy yil savol javob reja xarajat hisobot yigʻilish shartnoma xizmat mahsulot
    korxona hamkor toʻlov mashgʻulot mavsum hosil nonvoyxona ustaxona zavod doʻkon koʻcha qishloq shahar mamlakat chegara
    yoʻl daryo koʻprik poyezd tong kech qish yoz bizning ularning har baʼzi koʻp kam yaxshi aniq oddiy tinch erta kech
    kichik katta mahalliy halol foydali yozadi yuboradi oʻqiydi soʻraydi sotadi quradi oʻlchaydi solishtiradi beradi
    saqlaydi topadi bilan siz oldin keyin orasida chunki qachon qayerda kim va yoki ammo hali doim asta birga ish savdo
    vaqt gap foyda yordam oila dehqon
    """,
    "de": """
    Markt Kunde Preis Angebot Brief Büro Gruppe Woche Monat Quartal Frage Antwort Plan Haushalt Bericht Treffen Vertrag
    Lieferung Dienst Erzeugnis Firma Partner Rechnung Zahlung Schulung Ernte Bäckerei Werkstatt Fabrik Laden Straße Dorf
    Stadt Land Grenze Fluss Brücke Zug Morgen Abend Winter Sommer der die das unser ihr jeder einige viele wenige gut
    besser klar einfach ruhig früh spät klein groß örtlich ehrlich sorgfältig nützlich schreibt sendet liest fragt
    antwortet kauft verkauft baut misst vergleicht verspricht liefert behält findet mit ohne vor nach zwischen weil obwohl
    wenn wo wer und oder aber dann noch schon oft nie immer langsam gemeinsam
    """,
    "ar": """
    سوق عميل سعر عرض رسالة مكتب فريق أسبوع شهر سنة سؤال جواب خطة ميزانية تقرير اجتماع عقد تسليم خدمة منتج شركة شريك فاتورة
    دفعة تدريب موسم حصاد مخبز ورشة مصنع دكان شارع قرية مدينة بلد حدود طريق نهر جسر قطار صباح مساء شتاء صيف كل بعض كثير قليل
    جيد أفضل واضح بسيط هادئ مبكر متأخر صغير كبير محلي صادق مفيد يكتب يرسل يقرأ يسأل يجيب يشتري يبيع يبني يقيس يقارن يعد يجد
    مع بدون قبل بعد بين لأن عندما أين من أو لكن ثم ما زال غالبا أبدا دائما ببطء معا عمل تجارة وقت كلام ربح مساعدة عائلة فلاح
    """,
    "hi": """
    बाज़ार ग्राहक दाम पत्र दफ़्तर दल सप्ताह महीना साल सवाल जवाब योजना खर्च रिपोर्ट बैठक अनुबंध सेवा उत्पाद कंपनी साझेदार बिल
    भुगतान प्रशिक्षण मौसम फ़सल बेकरी कारख़ाना दुकान सड़क गाँव शहर देश सीमा नदी पुल रेल सुबह शाम सर्दी गर्मी हमारा उनका हर
    कुछ बहुत थोड़ा अच्छा बेहतर साफ़ सरल शांत जल्दी देर छोटा बड़ा स्थानीय सच्चा उपयोगी लिखता भेजता पढ़ता पूछता ख़रीदता
    बेचता बनाता मापता देता रखता खोजता साथ बिना पहले बाद बीच क्योंकि जब कहाँ कौन और या लेकिन अभी अक्सर कभी हमेशा धीरे मिलकर
    काम व्यापार समय बात लाभ मदद परिवार किसान
    """,
    "fr": """
    marché client prix offre lettre bureau équipe semaine mois trimestre question réponse plan budget rapport réunion
    contrat livraison service produit entreprise partenaire facture paiement formation saison récolte boulangerie atelier
    usine boutique rue village ville pays frontière route rivière pont train matin soir hiver été le la notre leur chaque
    quelques plusieurs peu bon meilleur clair simple calme tôt tard petit grand local honnête soigneux utile écrit envoie
    lit demande répond achète vend construit mesure compare promet livre garde trouve avec sans avant après entre car quand
    où qui et ou mais puis encore déjà souvent jamais toujours lentement ensemble
    """,
    "es": """
    mercado cliente precio oferta carta oficina equipo semana mes trimestre pregunta respuesta plan presupuesto informe
    reunión contrato entrega servicio producto empresa socio factura pago formación temporada cosecha panadería taller
    fábrica tienda calle pueblo ciudad país frontera camino río puente tren mañana tarde invierno verano el la nuestro su
    cada algunos muchos pocos bueno mejor claro sencillo tranquilo pronto pequeño grande local honrado cuidadoso útil
    escribe envía lee pregunta responde compra vende construye mide compara promete guarda encuentra con sin antes después
    entre porque aunque cuando donde quien y o pero luego todavía ya siempre nunca despacio juntos
    """,
}

#: Words by language, each once, in the order of the lists.
VOCABULARY: dict[str, tuple[str, ...]] = {tag: tuple(dict.fromkeys(text.split())) for tag, text in _LISTS.items()}

#: What ends a sentence.
FULL_STOP = {tag: "।" if tag in ("bn", "hi") else "." for tag in VOCABULARY}
